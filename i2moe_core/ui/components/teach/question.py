"""The question at the end of a lesson: choose, then see whether it is right and why."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from i2moe_core.language import say
from i2moe_core.ui.components.choice import choose_answer

LETTERS = "abcd"


@dataclass(frozen=True)
class Question:
    """What is asked, the answers to choose from, the number of the right one, and why; marked words."""

    asked: str
    answers: tuple[str, ...]
    right: int
    why: str


def ask(question: Question, name: str) -> None:
    """Show a lesson's question; the answer comes at a click and stays."""
    with st.container(border=True):
        st.markdown(f"**{say('A question')}**")
        options = {code: say(answer) for code, answer in zip(LETTERS, question.answers, strict=False)}
        chosen = choose_answer(say(question.asked), options, f"guess_{name}")
        if st.button(say("Show the answer"), key=f"reveal_{name}", icon=":material/visibility:"):
            st.session_state[f"shown_{name}"] = True
        if st.session_state.get(f"shown_{name}"):
            _reveal(question, chosen)


def _reveal(question: Question, chosen: str | None) -> None:
    right, why = say(question.answers[question.right]), say(question.why)
    if chosen is None:
        st.info(
            say("The answer: {answer} {why}", answer=f"**{right}**", why=why), icon=":material/lightbulb:"
        )
    elif LETTERS.index(chosen) == question.right:
        st.success(say("Right. {why}", why=why), icon=":material/check_circle:")
    else:
        st.warning(
            say("Not quite. The answer: {answer} {why}", answer=f"**{right}**", why=why),
            icon=":material/lightbulb:",
        )
