"""The challenges: one is chosen, and its conditions are checked against the live training."""

from __future__ import annotations

import streamlit as st

from i2moe_core.language import marked, say
from i2moe_core.teaching.playground.challenges import CHALLENGES, Condition, check
from i2moe_core.teaching.playground.look import Look
from i2moe_core.teaching.playground.settings import Settings
from i2moe_core.ui.components.choice import choose
from i2moe_core.ui.components.teach.playground_words import share

NONE = "none"
TITLES = {
    "synergy": marked("Make the synergy expert win"),
    "margin": marked("Find a margin that breaks it"),
    "lie": marked("Make the gate lie while accuracy stays"),
}
HINTS = {
    "synergy": marked("Where must the label come from, so that only both inputs together tell it?"),
    "margin": marked("A margin belongs to the recipe Paper. What if the experts must differ by very much?"),
    "lie": marked("Which recipe rewards right answers, but not weights that say who knew them?"),
}
CONDITIONS = {
    "trained": marked("{value} of {needed} steps trained"),
    "ahead": marked("The synergy expert's mean weight is ahead of the next by {value}; needed: {needed}"),
    "right": marked("Right answers: {value}; needed: at least {needed}"),
    "wrong": marked("Right answers: {value}; needed: below {needed}"),
    "margin": marked("Recipe Paper, with a margin other than {needed}; now {value}"),
    "fair": marked("Every interaction has a share of {needed} or more and shows in the inputs; now {value}"),
    "lies": marked("The largest weight names the true interaction: {value}; needed: at most {needed}"),
}
COUNTED = ("trained", "margin")  # these are numbers, the others are shares


def ask_challenge() -> str | None:
    """Let the visitor choose a challenge; None without one."""
    titles = {NONE: say("No challenge")} | {code: say(words) for code, words in TITLES.items()}
    chosen = choose(say("A challenge"), titles, NONE, "p_challenge", menu=True)
    return chosen if chosen in CHALLENGES else None


def show_challenge(challenge: str, settings: Settings, look: Look) -> None:
    """Show what the challenge asks for, what of it is reached, and whether all is."""
    verdict = check(challenge, settings, look)
    with st.container(border=True, gap="small"):
        st.markdown(f"**{say(TITLES[challenge])}**  \n{say(HINTS[challenge])}")
        st.markdown("  \n".join(_line(condition) for condition in verdict.conditions))
        if verdict.reached:
            st.success(say("Reached at step {step}.", step=look.step), icon=":material/trophy:")


def _line(condition: Condition) -> str:
    mark = ":material/check_circle:" if condition.holds else ":material/radio_button_unchecked:"
    write = "{:g}".format if condition.what in COUNTED else share
    words = say(CONDITIONS[condition.what], value=write(condition.value), needed=write(condition.needed))
    return f"{mark} {words}"
