"""Where the experts part ways on this pair."""

from __future__ import annotations

import numpy as np
import streamlit as st

from i2moe_core.language import say
from i2moe_core.plots import plot_pairwise, plot_pulls, top_classes
from i2moe_core.types import PairExplanation
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.readings import pairwise_distances, pulls
from i2moe_core.ui.words import disagreement, joined, listing, plain

AT_MOST = 10  # classes drawn


def show_disagreement(explanation: PairExplanation) -> None:
    """Show the disagreement in one sentence, as distances, and class by class."""
    st.markdown(disagreement(explanation))
    names = [expert.name for expert in explanation.experts]
    _show_pulls(explanation, names)
    if explanation.task != "regression":
        _show_distances(explanation, names)


def _show_pulls(explanation: PairExplanation, names: list[str]) -> None:
    st.subheader(say("Who pulls towards which answer"))
    values = pulls(explanation)
    shown = np.sort(top_classes(np.abs(values).sum(axis=0), AT_MOST))
    figure = plot_pulls(names, [explanation.classes[c] for c in shown], values[:, shown])
    alt = say("For each class, which experts pull towards it and away from it")
    show_figure(figure, key="pulls", alt=alt)
    how = say(
        "To the right of the line an expert pulls towards the class, to the left away from it; the mark is "
        "the sum."
    )
    reading_note(
        joined([how, *_drawn(len(shown), len(explanation.classes)), _in_favour(explanation, shown)]),
        say("Whether agreement is good: experts may agree and be wrong together."),
    )


def _drawn(shown: int, several: int) -> list[str]:
    if shown == several:
        return []
    return [say("Drawn are the {shown} most pulled of {several} classes.", shown=shown, several=several)]


def _in_favour(explanation: PairExplanation, shown: np.ndarray) -> str:
    split = [f"{plain(explanation.classes[c])} {explanation.sign_split[c]:.0%}" for c in shown]
    return say("Share of the experts in favour: {split}.", split=listing(split))


def _show_distances(explanation: PairExplanation, names: list[str]) -> None:
    measures = explanation.disagreement
    st.subheader(say("How far apart their answers are"))
    left, right = st.columns([3, 2], gap="large", vertical_alignment="center")
    with left:
        figure = plot_pairwise(names, pairwise_distances(explanation))
        show_figure(figure, key="pairwise", alt=say("The distance between each two experts' answers"))
    with right:
        apart, split = (f"{measures[name]:.2f}" for name in ("jensen_shannon", "vote_entropy"))
        _show_measures(apart, split)
    reading_note(
        say(
            "A cell compares two experts by the Jensen-Shannon divergence: 0 means the same probabilities, 1 "
            "means that they have no answer in common. Split: 0 means that all name the same class first, "
            "1 that they name all classes equally often."
        ),
        say("Which of the two is right, and how much each counts in the answer."),
    )


def _show_measures(apart: str, split: str) -> None:
    st.metric(say("Distance of all answers"), apart, help=say("Jensen-Shannon divergence, 0 to 1"))
    st.metric(say("Split of first choices"), split, help=say("Entropy of the experts' first choices, 0 to 1"))
