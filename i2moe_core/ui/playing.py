"""One visitor's playground between two runs of the page: which training, how far it is to go, the link."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from uuid import uuid4

import streamlit as st

from i2moe_core.teaching.playground.seats import Seats
from i2moe_core.teaching.playground.settings import MOST_STEPS, PLAYED
from i2moe_core.teaching.playground.trainer import Setup, Trainer
from i2moe_core.ui.link import recall, remember

STATE = "playground"
STEPS = "steps"  # in the link
SLICE = 0.12  # seconds of training between two redraws


@dataclass(frozen=True)
class Play:
    """visitor: whose seat. setup: what is trained. goal: the step to train to; the training stands there."""

    visitor: str
    setup: Setup
    goal: int


@st.cache_resource(max_entries=1, show_spinner=False)
def seats() -> Seats:
    """Return the server's live trainings."""
    return Seats(
        most=int(os.environ.get("I2MOE_PLAYGROUND_SEATS", "40")), at_once=max(1, os.cpu_count() or 1)
    )


def play_with(setup: Setup) -> Play:
    """Return the visitor's play of ``setup``; another setup than before starts anew."""
    play: Play | None = st.session_state.get(STATE)
    if play is None:
        play = Play(uuid4().hex, setup, _steps_of_link())
    elif play.setup != setup:
        running = training_of(play).done < play.goal
        play = replace(play, setup=setup, goal=PLAYED if running else 0)
        remember(STEPS, str(play.goal or ""))
    st.session_state[STATE] = play
    return play


def training_of(play: Play) -> Trainer:
    """Return the visitor's training; one that was given up begins again, and is trained to its goal.

    Raises:
        Full: all seats are taken.
        InputError: the visitor's own table cannot be trained on.
    """
    return seats().take(play.visitor, play.setup)


def go_on(trainer: Trainer, play: Play) -> bool:
    """Train for a moment; returns whether the goal is reached."""
    if trainer.done < play.goal:
        with seats().turn():
            trainer.advance(play.goal, SLICE)
    return trainer.done >= play.goal or trainer.broken


def set_goal(steps: int) -> None:
    """Train to so many steps, or stand still there; the link says so."""
    play: Play | None = st.session_state.get(STATE)
    if play is not None:
        goal = min(steps, MOST_STEPS)
        st.session_state[STATE] = replace(play, goal=goal)
        remember(STEPS, str(goal or ""))


def start_again() -> None:
    """Go back to the first weights."""
    play: Play | None = st.session_state.get(STATE)
    if play is not None:
        seats().leave(play.visitor)
        set_goal(0)


def _steps_of_link() -> int:
    text = recall(STEPS)
    return min(int(text), MOST_STEPS) if text.isascii() and text.isdigit() and len(text) < 8 else 0
