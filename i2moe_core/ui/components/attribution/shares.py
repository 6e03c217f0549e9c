"""How all that counts is divided among the inputs, per expert: one scale over picture and words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from i2moe_core.explain.attribution.result import Attributions
from i2moe_core.explain.numbers import clauses, percent
from i2moe_core.language import say
from i2moe_core.plots import plot_input_shares
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.panels import input_name, panels_of
from i2moe_core.ui.words import plain


def show_shares(found: Attributions, experts: Sequence[str], classes: Sequence[str]) -> None:
    """Show each input's share of all absolute attribution, one bar a panel, and say what it means."""
    names = {cell.modality: input_name(cell) for cell in found.cells}
    inputs = list(names)
    if len(inputs) < 2:
        return
    st.header(say("Which input counts most?"))
    shares = np.array([[item.shares.get(name, 0.0) for name in inputs] for item in found.items])
    labels = [panel.label for panel in panels_of(found, experts, classes)]
    st.markdown(meaning(_whole_name(found.items[0].target, labels[0]), list(names.values()), shares[0]))
    totals = np.array([np.nansum(np.abs(item.cells)) for item in found.items])
    figure = plot_input_shares(labels, inputs, shares, totals)
    show_figure(figure, key="input_shares", alt=say("Each input's share of all that counts"))
    reading_note(
        say(
            "All numbers of a panel, for and against alike, are added up by size; a bar shows which part of "
            "that sum lies in which input. Pale bars: hardly anything moves that panel, so its division says "
            "little."
        ),
        say(
            "Who is right: a large share can be noise spread over many patches, and what counts for and what "
            "counts against may cancel."
        ),
    )


def meaning(label: str, inputs: Sequence[str], shares: np.ndarray) -> str:
    """Say in one sentence what the first bar means."""
    if shares.sum() <= 0:
        return say("Nothing in this pair moves **{target}**.", target=plain(label))
    parts = [
        say("{share} lies in {input}", share=percent(float(share)), input=plain(name))
        for name, share in zip(inputs, shares, strict=True)
    ]
    return say(
        "Of all that moves **{target}**, up or down, {parts}.", target=plain(label), parts=clauses(parts)
    )


def _whole_name(target: str, label: str) -> str:
    kind = target.partition("/")[0]
    if kind == "gate":
        return say("the weight of {expert}", expert=label)
    return say("the part of {expert}", expert=label) if kind == "contribution" else label
