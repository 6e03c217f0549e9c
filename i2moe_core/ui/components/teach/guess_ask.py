"""One sample to guess about, and its reveal: the answer, the reason in one sentence, the experts' parts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.explain.numbers import joined, percent
from i2moe_core.language import say
from i2moe_core.plots import plot_waterfall
from i2moe_core.plots.palette import expert_label, expert_meaning, input_label
from i2moe_core.teaching.prediction.kept import kept_without
from i2moe_core.teaching.prediction.kinds import TRUTH
from i2moe_core.types import REDUNDANCY, SYNERGY, PairExplanation
from i2moe_core.ui import cached
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.components.teach.guess_state import Round, go_to, guess
from i2moe_core.ui.components.teach.shown_sample import show_sample, values_of
from i2moe_core.ui.words import plain


def ask_guess(run: Run, experts: Sequence[str], at: Round) -> None:
    """Show the sample in sight; the four answers as buttons, or what was right."""
    row = at.rows[at.at]
    left, right = st.columns([2, 3], gap="large")
    with left:
        show_sample(run, values_of(run, row))
    with right:
        if at.is_revealed:
            _reveal(run, experts, at, row)
        else:
            _ask(experts, at)


def _ask(experts: Sequence[str], at: Round) -> None:
    number, all_ = at.at + 1, len(at.rows)
    st.markdown(say("**Sample {number} of {all}.** What does its answer rest on?", number=number, all=all_))
    for place, expert in enumerate(experts):
        st.button(
            f"**{plain(expert_label(expert))}**: {plain(expert_meaning(expert))}", key=f"guess_{place}",
            width="stretch", wrap=True, shortcut=str(place + 1), on_click=guess,
            args=(experts, expert, at.at),
        )  # fmt: skip


def _reveal(run: Run, experts: Sequence[str], at: Round, row: int) -> None:
    answer, said = at.answers[at.at], at.guesses[at.at]
    right = say("Right: **{answer}**.", answer=plain(expert_label(answer)))
    wrong = say("Your guess was {guess}; it is **{answer}**.", guess=plain(expert_label(said)),
                answer=plain(expert_label(answer)))  # fmt: skip
    if said == answer:
        st.success(right, icon=":material/check:")
    else:
        st.error(wrong, icon=":material/close:")
    explanation = cached.explain(run, values_of(run, row), run.reference.ids[row])
    st.markdown(_why(at, explanation, answer))
    last = at.at + 1 >= len(at.rows)
    st.button(
        say("See the score") if last else say("Next sample"), type="primary", key="guess_next",
        on_click=go_to, args=(at.at + 1,), shortcut="Right",
    )  # fmt: skip
    _show_parts(experts, explanation)


def _why(at: Round, explanation: PairExplanation, answer: str) -> str:
    """Say in one sentence what the answer rests on, and in a second one whether the model agrees."""
    return joined(
        [_reason(at.source, answer), _in_numbers(explanation), _model_agrees(at, explanation, answer)]
    )


def _reason(source: str, answer: str) -> str:
    meaning = plain(expert_meaning(answer))
    if source != TRUTH:
        return say("Nobody knows what this sample really needs: what counts here is the expert with the "
                   "largest part of the model's answer, and the model may be wrong.")  # fmt: skip
    if answer == SYNERGY:
        return say("It was made so that neither input tells the answer by itself, only both together.")
    if answer == REDUNDANCY:
        return say("It was made so that each input tells the answer by itself.")
    return say("It was made so that the answer is {meaning}.", meaning=meaning)


def _in_numbers(explanation: PairExplanation) -> str:
    kept = kept_without(explanation)
    if not kept:
        return ""
    said = [say("{share} with another {input}", share=percent(share), input=plain(input_label(name)))
            for name, share in kept.items()]  # fmt: skip
    return say("Of the model's answer, {answer}, this probability stays: {kept}.",
               answer=plain(explanation.prediction), kept=say(", ").join(said))  # fmt: skip


def _model_agrees(at: Round, explanation: PairExplanation, answer: str) -> str:
    leader = max(explanation.experts, key=lambda expert: expert.share)
    values = {"expert": plain(expert_label(leader.name)), "share": percent(leader.share)}
    if at.source != TRUTH or leader.name == answer:
        return say("**{expert}** holds {share} of its answer.", **values)
    return say("The model sees it otherwise: {expert} holds {share} of its answer.", **values)


def _show_parts(experts: Sequence[str], explanation: PairExplanation) -> None:
    place = 0 if explanation.task == "regression" else int(np.argmax(explanation.probabilities))
    parts = np.array([expert.contribution[place] for expert in explanation.experts])
    label = say("Score of {answer}", answer=explanation.classes[place])
    figure = plot_waterfall(experts, parts, label, labels=[expert_label(name) for name in experts])
    show_figure(figure, key="guess_parts", alt=say("Each expert's part in the score, adding up to it"))
    reading_note(
        say(
            "Each bar is an expert's part in the score of the model's answer: its weight times its own score."
        ),
        say("That the model is right: a known truth is the data's, a part is the model's."),
    )
