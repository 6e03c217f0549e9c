"""A figure with its formula beside it; in simple mode the figure alone."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

from i2moe_core.ui.components.figure import show_figure
from i2moe_core.ui.language import is_full


def show_with_formula(figure: go.Figure, key: str, alt: str, formula: str) -> None:
    """Show a figure and, where the visitor wants everything, a formula (LaTeX) beside it."""
    if not is_full():
        show_figure(figure, key=key, alt=alt)
        return
    left, right = st.columns(2, gap="medium", vertical_alignment="center")
    with left:
        show_figure(figure, key=key, alt=alt)
    right.latex(formula)
