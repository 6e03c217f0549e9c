"""Where the tour is: five steps, named in the link, gone through by buttons or picked."""

from __future__ import annotations

import streamlit as st

from i2moe_core.language import marked, say

STEPS = {
    "1": marked("Sample"),
    "2": marked("Encoders"),
    "3": marked("Experts"),
    "4": marked("Weights"),
    "5": marked("Sum"),
}
_KEY = "tour_step"


def ask_step() -> str:
    """Show the five steps and return the one that the link names, a key of STEPS."""
    asked = st.query_params.get("step", "1")
    st.session_state[_KEY] = asked if asked in STEPS else "1"
    st.segmented_control(
        say("Step"),
        list(STEPS),
        required=True,
        key=_KEY,
        on_change=_picked,
        label_visibility="collapsed",
        format_func=lambda step: f"{step} {say(STEPS[step])}",
    )
    return str(st.session_state[_KEY])


def show_ways(step: str) -> None:
    """Show the ways to the step before and after; the arrow keys go them too."""
    before, after = (str(int(step) + way) for way in (-1, 1))
    onward = say("Next: {step}", step=say(STEPS[after])) if after in STEPS else say("Begin again")
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        st.button(say("Back"), key="tour_left", disabled=before not in STEPS, on_click=_go, args=(before,),
                  shortcut="Left")  # fmt: skip
        st.button(onward, key="tour_right", type="primary", on_click=_go,
                  args=(after if after in STEPS else "1",), shortcut="Right")  # fmt: skip


def _picked() -> None:
    _go(str(st.session_state[_KEY]))


def _go(step: str) -> None:
    st.query_params["step"] = step
