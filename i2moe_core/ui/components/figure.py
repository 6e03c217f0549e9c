"""A figure with the two lines that belong under it: how to read it, and what it does not show."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

from i2moe_core.plots import CONFIG


def show_figure(figure: go.Figure, key: str, alt: str) -> None:
    """Show a figure in the page's own colours."""
    st.plotly_chart(figure, key=key, config=CONFIG, alt=alt)


def reading_note(how: str, not_show: str) -> None:
    """Write how a figure is read and what it does not show."""
    st.caption(f"**How to read it.** {how}  \n**What it does not show.** {not_show}")
