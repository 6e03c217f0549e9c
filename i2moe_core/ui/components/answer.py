"""The model's answer, how sure it is, who holds it, and whether the input is one that it knows."""

from __future__ import annotations

import numpy as np
import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.language import say
from i2moe_core.plots import plot_answer, plot_shares
from i2moe_core.types import PairExplanation
from i2moe_core.ui.components.abstain import show_abstain
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.components.trust.line import show_trust
from i2moe_core.ui.language import is_full
from i2moe_core.ui.words import answer_label, cut_sentences, far_warnings, headline, percent, plain, says


def show_answer(run: Run, explanation: PairExplanation) -> None:
    """Show the answer and its runners-up, the warnings, and each expert's part in it."""
    show_abstain(run, explanation)
    left, right = st.columns([1, 1], gap="medium")
    with left:
        _show_prediction(explanation)
    if is_full():
        with right:
            _show_runners_up(explanation)
    for warning in far_warnings(explanation):
        st.warning(warning, icon=":material/explore_off:")
    for note in cut_sentences(explanation):
        st.caption(plain(note, limit=300))
    st.markdown(headline(explanation))
    show_trust(run)
    _show_shares(explanation)


def _show_prediction(explanation: PairExplanation) -> None:
    st.caption(say("The model answers"))
    st.markdown(f"## {plain(answer_label(explanation.task, explanation.prediction), limit=80)}")
    if explanation.task == "regression":
        st.caption(say("an estimate of {name}", name=plain(explanation.classes[0])))
    elif explanation.task == "multilabel":
        st.caption(
            say(
                "the labels with a probability above 50%; the likeliest has {share}",
                share=percent(top(explanation)),
            )
        )
    else:
        st.markdown(say("with a probability of **{share}**", share=percent(explanation.probability)))


def top(explanation: PairExplanation) -> float:
    """Return the largest probability of any class."""
    return float(np.max(explanation.probabilities))


def _show_runners_up(explanation: PairExplanation) -> None:
    if explanation.task == "regression":
        return
    figure = plot_answer(explanation.classes, explanation.probabilities, count=4)
    show_figure(figure, key="answer", alt=say("The most probable answers"))


def _show_shares(explanation: PairExplanation) -> None:
    experts = explanation.experts
    figure = plot_shares(
        [expert.name for expert in experts],
        explanation.weights,
        np.array([expert.share for expert in experts]),
        [says(explanation, expert) for expert in experts],
    )
    show_figure(figure, key="shares", alt=say("Each expert's share of the answer and its weight"))
    reading_note(_how_to_read(), _not_shown())


def _how_to_read() -> str:
    if not is_full():
        return say("The longer an expert's bar, the more of this answer it holds.")
    return say(
        "Bar and bold number: the share of this answer that the expert holds. Upright mark and second "
        "number: the weight that the router, the part that divides the say among the experts, gave it. Under "
        "the name: what the expert would answer alone."
    )


def _not_shown() -> str:
    if not is_full():
        return say("Whether the answer is right, and what in the inputs moved an expert.")
    return say(
        "A weight is not a contribution: an expert with a large weight that says nothing definite holds "
        "little."
    )
