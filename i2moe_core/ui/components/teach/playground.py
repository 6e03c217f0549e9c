"""The playground's stage: play, step, pause, reset; the picture, redrawn while it trains; the settings."""

from __future__ import annotations

import streamlit as st

from i2moe_core.language import say
from i2moe_core.teaching.playground.own import OwnTable
from i2moe_core.teaching.playground.seats import FULL, Full
from i2moe_core.teaching.playground.settings import MOST_STEPS, PLAYED
from i2moe_core.teaching.playground.trainer import Setup
from i2moe_core.ui.components.choice import choose
from i2moe_core.ui.components.teach import playground_figures as figures
from i2moe_core.ui.components.teach.playground_challenges import ask_challenge, show_challenge
from i2moe_core.ui.components.teach.playground_own import ask_own_table
from i2moe_core.ui.components.teach.playground_settings import ask_settings
from i2moe_core.ui.language import is_full
from i2moe_core.ui.playing import STATE, Play, go_on, play_with, set_goal, start_again, training_of

EVERY = 0.2  # seconds between two redraws
MADE, OWN = "made", "own"


def show_playground() -> None:
    """Show the stage, and beside it (on a phone below it) the settings."""
    st.title(say("Who knows the answer?"))
    st.markdown(say("Choose where the label comes from, press Play, and watch four experts learn it."))
    stage, side = st.columns([7, 3], gap="medium")
    with side:
        setup, challenge = _ask()
    with stage:
        if setup is not None:
            _show_stage(setup, challenge)


def _ask() -> tuple[Setup | None, str | None]:
    own: OwnTable | None = None
    source = MADE
    challenge = ask_challenge()
    if is_full():
        sources = {MADE: say("Known truth"), OWN: say("Your own table")}
        source = choose(say("Data"), sources, MADE, "p_data", wrap=True)
    if source == OWN:
        own = ask_own_table()
        if own is None:
            return None, challenge
    settings = ask_settings(own is not None)
    return None if settings is None else Setup(settings, own), challenge


def _show_stage(setup: Setup, challenge: str | None) -> None:
    try:
        play = play_with(setup)
        trainer = training_of(play)
    except Full as full:
        st.warning(say(FULL, most=full.most), icon=":material/groups:")
        st.button(say("Try again"), icon=":material/refresh:", key="p_again")
        return
    running = trainer.done < play.goal and not trainer.broken
    _show_buttons(trainer.done, running)
    if not setup.settings.shown and setup.own is None:
        st.info(
            say("Not identifiable: nothing in the inputs shows which interaction holds, so no model can name "
                "it."),
            icon=":material/visibility_off:",
        )  # fmt: skip
    if running:
        _follow(play, challenge)
    else:
        _draw(play, challenge)
    figures.show_notes()


def _show_buttons(done: int, running: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if running:
            st.button(
                say("Pause"), icon=":material/pause:", type="primary", key="p_pause", on_click=_pause
            )  # fmt: skip
        else:
            st.button(
                say("Play"), icon=":material/play_arrow:", type="primary", key="p_play", on_click=_go,
                args=(PLAYED,), disabled=done >= MOST_STEPS,
            )  # fmt: skip
        st.button(
            say("One step"), icon=":material/skip_next:", key="p_step", on_click=_go, args=(1,),
            disabled=running or done >= MOST_STEPS,
        )  # fmt: skip
        st.button(say("Reset"), icon=":material/replay:", key="p_reset", on_click=start_again)


def _go(steps: int) -> None:
    set_goal(_done() + steps)


def _pause() -> None:
    set_goal(_done())


def _done() -> int:
    play: Play = st.session_state[STATE]
    return training_of(play).done


@st.fragment(run_every=EVERY)
def _follow(play: Play, challenge: str | None) -> None:
    _draw(play, challenge, following=True)


def _draw(play: Play, challenge: str | None, following: bool = False) -> None:
    """Train for a moment and draw; at the goal the whole page is drawn once more, standing still."""
    trainer = training_of(play)
    if go_on(trainer, play) and following:
        st.rerun()
    look = trainer.look()
    figures.show_numbers(look, trainer, play.goal)
    if trainer.broken:
        st.warning(say("A loss is no longer a number: the training has broken down."), icon=":material/bolt:")
    if challenge is not None and play.setup.own is None:
        show_challenge(challenge, play.setup.settings, look)
    figures.show_surfaces(look, trainer)
    figures.show_weights(look)
    figures.show_course(look, trainer)
