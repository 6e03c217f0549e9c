"""How right the answers are, part by part, and who helps where one input misleads."""

from __future__ import annotations

import streamlit as st

from i2moe_core.explain.numbers import joined, listing
from i2moe_core.explain.palette import input_label
from i2moe_core.language import say
from i2moe_core.plots import plot_accuracies, plot_helpers
from i2moe_core.ui.believed import MEASURE_NAMES
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.trusted import Audit, helper_rows, number_of, probe_rows, type_rows
from i2moe_core.ui.words import plain


def show_accuracies(audit: Audit) -> None:
    """Draw how right the answers are by true interaction and from each input alone, where either is known."""
    kinds, probes = type_rows(audit), probe_rows(audit)
    titles = {"trust_types": say("By true interaction"), "trust_probes": say("From each input alone")}
    alts = {
        "trust_types": say("How right the answers are by true interaction"),
        "trust_probes": say("How right small probes are from each input"),
    }
    shown = {key: rows for key, rows in zip(titles, (kinds, probes), strict=True) if not rows.empty}
    if not shown:
        st.caption(
            say("Neither the true kinds nor probes of single inputs are there to part the answers by.")
        )
        return
    for (key, rows), column in zip(shown.items(), st.columns(len(shown)), strict=True):
        with column:
            st.markdown(f"**{titles[key]}**")
            show_figure(plot_accuracies(rows, number_of(audit, "accuracy")), key, alts[key])
    reading_note(
        joined([_whole(audit), *_parts(not kinds.empty, not probes.empty)]),
        say("Single classes: the Data set page has them, with intervals."),
    )


def _whole(audit: Audit) -> str:
    value, measure = number_of(audit, "accuracy"), str(audit.get("measure", "accuracy"))
    if value is None:
        return say("The dotted line is the whole model.")
    name = say("accuracy") if measure == "accuracy" else MEASURE_NAMES.get(measure, plain(measure))
    return say("The dotted line is the whole model ({measure} {value}).", measure=name, value=f"{value:.3f}")


def _parts(kinds: bool, probes: bool) -> list[str]:
    said = []
    if kinds:
        said.append(say("A kind far below it is one that the model has not learnt."))
    if probes:
        said.append(
            say(
                "The probes are the small heads that were trained with the experts: how far one input gets "
                "without the other is what uniqueness and redundancy can at most be about."
            )
        )
    return said


def show_helpers(audit: Audit) -> None:
    """Draw each expert's evidence for the right answer where one input alone is wrong."""
    alt = say("Each expert's evidence for the right answer where one input alone is wrong")
    show_figure(plot_helpers(helper_rows(audit)), "trust_helpers", alt)
    counts = [
        say(
            "{count:,} where the {input} alone is wrong",
            count=part["samples"],
            input=plain(input_label(name)),
        )
        for name, part in audit["needed_together"].items()
    ]
    reading_note(
        say(
            "These are the samples in which one input's probe is wrong and both together are right: "
            "{counts}. A bar is what an expert adds there for the right answer, weight included, in nats of "
            "log-probability above what is common. The expert of the misleading input should be near zero.",
            counts=listing(counts),
        ),
        say(
            "What the experts say where nothing misleads, and whether the probe's error is the input's or "
            "its own."
        ),
    )


def show_single_accuracies(audit: Audit) -> None:
    """Draw how right a single fusion is by true interaction, where that is known."""
    rows = type_rows(audit)
    if rows.empty:
        return
    figure = plot_accuracies(rows, number_of(audit, "accuracy"))
    show_figure(figure, "trust_types", say("How right the answers are by true interaction"))
    reading_note(
        say("How right it is by true interaction; the dotted line is all of them together."),
        say("How it comes to its answers: that is what a mixture is for."),
    )
