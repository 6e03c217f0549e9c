"""Where the three points of lesson 2 are: kept in the link, moved by sliders or by a click in the figure."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st

from i2moe_core.language import say
from i2moe_core.ui.link import is_new, recall, remember

STARTS = {"a": (0.0, 0.0), "p": (-1.0, 0.75), "n": (1.0, 0.5)}  # anchor, positive, negative
FARTHEST, _STEP = 2.0, 0.25
_LINK, _NOW = "points", "points_now"


def places() -> dict[str, np.ndarray]:
    """Return where each point is, (2,); a link's places count until a point is moved."""
    if _NOW not in st.session_state or is_new(_LINK):
        st.session_state[_NOW] = read(recall(_LINK)) or dict(STARTS)
    now: Mapping[str, tuple[float, float]] = st.session_state[_NOW]
    remember(_LINK, "" if now == STARTS else written(now))
    return {name: np.array(place) for name, place in now.items()}


def ask_place(name: str, label: str) -> None:
    """Show the two sliders that move a point, for the keyboard; label: the point's name."""
    words = (say("{point}: left and right", point=label), say("{point}: down and up", point=label))
    for axis, (said, value) in enumerate(zip(words, places()[name], strict=True)):
        key = f"at_{name}{axis}"
        st.session_state[key] = float(value)
        st.slider(said, -FARTHEST, FARTHEST, step=_STEP, key=key, on_change=_slid, args=(name, axis, key))


def put(name: str, x: float, y: float) -> None:
    """Move a point; takes effect at the next run."""
    now = st.session_state.get(_NOW, STARTS)
    st.session_state[_NOW] = {**now, name: (float(x), float(y))}
    remember(_LINK, written(st.session_state[_NOW]))


def written(now: Mapping[str, tuple[float, float]]) -> str:
    """Return places as letters for a link: six numbers with blanks between them."""
    return " ".join(f"{value:g}" for name in STARTS for value in now[name])


def read(code: str) -> dict[str, tuple[float, float]] | None:
    """Return the places of a link; None where it has not six numbers within the plane."""
    try:
        numbers = [float(part) for part in code.split()]
    except ValueError:
        return None
    if len(numbers) != 2 * len(STARTS) or not all(abs(number) <= FARTHEST for number in numbers):
        return None
    return {name: (numbers[2 * k], numbers[2 * k + 1]) for k, name in enumerate(STARTS)}


def _slid(name: str, axis: int, key: str) -> None:
    place = list(st.session_state.get(_NOW, STARTS)[name])
    place[axis] = st.session_state[key]
    put(name, *place)
