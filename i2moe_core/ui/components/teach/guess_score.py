"""The score of a round: hits beside chance, what was taken for what, and the table to take home."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.explain.numbers import percent
from i2moe_core.language import say
from i2moe_core.plots.guesses import plot_confusion
from i2moe_core.plots.palette import expert_label
from i2moe_core.teaching.prediction.kinds import TRUTH
from i2moe_core.teaching.prediction.score import Score, confusion, guesses_as_frame, score_of
from i2moe_core.teaching.safe_csv import frame_as_csv
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.components.teach.guess_state import COUNTS, Round, begin_round
from i2moe_core.ui.language import is_full


def show_score(run: Run, experts: Sequence[str], at: Round) -> None:
    """Show how the guesses stand; nothing before the first one."""
    answers = at.answers[: len(at.guesses)]
    score = score_of(at.guesses, answers, len(experts))
    if score.guesses:
        _show_numbers(score)
        if is_full() or at.is_over:
            _show_confusion(experts, at, answers)
    _show_ways(run, at)


def _show_numbers(score: Score) -> None:
    st.subheader(say("Your score"))
    with st.container(horizontal=True, gap="large", key="guess_score"):
        st.metric(say("Right guesses"), f"{score.hits} / {score.guesses}", width="content")
        st.metric(say("Share"), percent(score.share) if score.hits else "0%", width="content")
        st.metric(say("By chance"), percent(score.chance), width="content")
    between = say("With so many guesses the share is known to lie between {low} and {high} (95% interval).",
                  low=f"{score.low:.0%}", high=f"{score.high:.0%}")  # fmt: skip
    verdict = (
        say("That is better than chance.") if score.low > score.chance
        else say("That is worse than chance.") if score.high < score.chance
        else say("Chance alone could do that too.")
    )  # fmt: skip
    always = say("Always naming the commonest answer would have got {share}.", share=f"{score.commonest:.0%}")
    st.caption(f"{between} {verdict} {always}")


def _show_confusion(experts: Sequence[str], at: Round, answers: Sequence[str]) -> None:
    table = confusion(at.guesses, answers, experts)
    title = say("True interaction") if at.source == TRUTH else say("The model's largest part")
    figure = plot_confusion(
        [expert_label(name) for name in experts], table.to_numpy(), say("Your guess"), title
    )
    show_figure(figure, key="guess_confusion", alt=say("How often each guess was made for each answer"))
    reading_note(
        say("A row is what you guessed, a column what it was; the diagonal holds what was right."),
        say("Whether a guess was for a good reason; and few samples say little."),
    )


def _show_ways(run: Run, at: Round) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if at.guesses:
            answers = at.answers[: len(at.guesses)]
            ids = [run.reference.ids[row] for row in at.rows[: len(at.guesses)]]
            frame = guesses_as_frame(ids, at.guesses, answers, at.source, run.name, at.seed)
            st.download_button(
                say("The guesses as CSV"), frame_as_csv(frame), f"guesses_{run.name}_{at.seed}.csv",
                "text/csv", icon=":material/table:", on_click="ignore", key="guess_csv",
            )  # fmt: skip
        st.button(say("New round"), icon=":material/replay:", on_click=begin_round, key="guess_again")
        if is_full():
            _ask_count(at)
    if is_full():
        st.caption(
            say(
                "The link holds this round: whoever opens it is asked the same samples. "
                "Draw {seed}, each sample once, equally many of every kind.",
                seed=at.seed,
            )
        )


def _ask_count(at: Round) -> None:
    st.selectbox(
        say("Samples in a new round"), COUNTS, key="guess_count", width=180,
        index=COUNTS.index(len(at.rows)) if len(at.rows) in COUNTS else 1,
        on_change=lambda: begin_round(int(st.session_state["guess_count"])),
    )  # fmt: skip
