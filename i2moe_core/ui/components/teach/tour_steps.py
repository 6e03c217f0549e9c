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
    """Show the ways to the step before and after."""
    before, after = (str(int(step) + way) for way in (-1, 1))
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        _button(before, say("Back"), ":material/arrow_back:", "left")
        _button(
            after,
            say("Next: {step}", step=say(STEPS[after])) if after in STEPS else say("Begin again"),
            ":material/arrow_forward:" if after in STEPS else ":material/replay:",
            "right",
        )


def _button(step: str, label: str, icon: str, side: str) -> None:
    onward = side == "right"
    st.button(
        label,
        icon=icon,
        icon_position="right" if onward else "left",
        key=f"tour_{side}",
        type="primary" if onward else "secondary",
        disabled=not onward and step not in STEPS,
        on_click=_go,
        args=(step if step in STEPS else "1",),
        shortcut=side.capitalize(),
    )


def _picked() -> None:
    _go(str(st.session_state[_KEY]))


def _go(step: str) -> None:
    st.query_params["step"] = step
