"""A figure with the two lines that belong under it: how to read it, and what it does not show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from i2moe_core.language import say
from i2moe_core.plots import CONFIG

FORMATS = ("SVG", "PNG")


def show_figure(figure: go.Figure, key: str, alt: str, on_select: Callable[[], None] | None = None) -> None:
    """Show a figure in the page's own colours; ``on_select`` is called after a click on a mark.

    Its one button saves it as a file, an SVG unless the visitor has asked for PNG.
    """
    saved = {"format": saved_as().lower(), "filename": key, "scale": 3 if saved_as() == "PNG" else 1}
    config = CONFIG | {"toImageButtonOptions": saved}
    if on_select is None:
        st.plotly_chart(figure, key=key, config=config, alt=alt)
    else:
        st.plotly_chart(figure, key=key, config=config, alt=alt, on_select=on_select, selection_mode="points")


def picker(key: str, act: Callable[[list[Any]], None]) -> Callable[[], None]:
    """Return a callback that hands what was clicked to ``act``; a click that takes back does nothing."""

    def picked() -> None:
        state: Any = st.session_state.get(key) or {}
        points = (state.get("selection") or {}).get("points") or []
        if points and points[0].get("customdata"):
            act(list(points[0]["customdata"]))

    return picked


def ask_format() -> None:
    """Let the visitor choose as what figures are saved."""
    st.segmented_control(
        "Figures are saved as", FORMATS, default=FORMATS[0], required=True, key="figures",
        persist_state="session",
        help="Point at a figure: its camera button saves it.",
    )  # fmt: skip


def saved_as() -> str:
    """Return the format in which figures are saved."""
    chosen = st.session_state.get("figures")
    return chosen if chosen in FORMATS else FORMATS[0]


def reading_note(how: str, not_show: str) -> None:
    """Write how a figure is read and what it does not show."""
    st.caption(f"**{say('How to read it.')}** {how}  \n**{say('What it does not show.')}** {not_show}")
