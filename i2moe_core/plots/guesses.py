"""Guesses against answers, as a table of cells in which the diagonal is what was right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from i2moe_core.plots.style import empty_figure, safe_labels, styled, write_notes

_CELL = 44  # pixels


def plot_confusion(
    labels: Sequence[str], counts: np.ndarray, rows_title: str, columns_title: str
) -> go.Figure:
    """Draw how often each guess (rows) was made for each answer (columns), counts (K, K); ``labels``: K."""
    if len(labels) == 0 or not np.sum(counts):
        return empty_figure()
    names = safe_labels(labels, limit=16)
    right = np.eye(len(names), dtype=bool)
    figure = go.Figure()
    for part, colour in ((right, "38,160,119"), (~right, "181,80,63")):
        figure.add_heatmap(
            x=names, y=names, z=np.where(part, counts, np.nan), zmin=0, zmax=max(float(np.max(counts)), 1.0),
            colorscale=[[0, f"rgba({colour},0.04)"], [1, f"rgba({colour},0.42)"]], showscale=False,
            xgap=3, ygap=3, hovertemplate="%{y} → %{x}: %{z}<extra></extra>", hoverongaps=False,
        )  # fmt: skip
    cells = zip(*np.nonzero(counts), strict=True)
    write_notes(figure, [{"x": names[c], "y": names[r], "text": f"<b>{counts[r, c]}</b>"} for r, c in cells])
    styled(figure, _CELL * len(names) + 96)
    figure.update_xaxes(showgrid=False, side="top", ticks="", title=columns_title, tickangle=0)
    figure.update_yaxes(showgrid=False, ticks="", title=rows_title, autorange="reversed", ticksuffix="  ")
    return figure.update_layout(margin={"t": 70, "b": 6, "l": 8, "r": 8, "pad": 0})
