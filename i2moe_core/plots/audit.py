"""The audit of a run as bars, each against the mark it should reach."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from i2moe_core.language import say
from i2moe_core.plots.palette import INK
from i2moe_core.plots.style import as_percent, empty_figure, end_column, horizontal, safe_labels


def plot_audit(frame: pd.DataFrame) -> go.Figure:
    """Draw one bar per row of ``frame``: columns label, value (0..1), goal (0..1 or NaN), colour."""
    if frame.empty:
        return empty_figure(say("This run has not been audited."))
    labels = safe_labels(frame["label"].tolist(), limit=40)
    figure = go.Figure(
        go.Bar(
            x=frame["value"],
            y=labels,
            orientation="h",
            marker_color=frame["colour"].tolist(),
            hovertemplate="%{y}: %{x:.3f}<extra></extra>",
        )
    )
    goals = frame["goal"].to_numpy(dtype=float)
    known = ~np.isnan(goals)
    figure.add_scatter(
        x=goals[known],
        y=[label for label, k in zip(labels, known, strict=True) if k],
        mode="markers",
        marker={"symbol": "diamond-tall", "size": 14, "color": INK, "line": {"color": "white", "width": 1}},
        hovertemplate=say("mark to reach: {goal}", goal="%{x:.2f}") + "<extra></extra>",
    )
    horizontal(figure, len(frame), extra=36)
    end_column(figure, labels, [f"{v:.2f}" for v in frame["value"]], width=44)
    as_percent(figure)
    figure.update_xaxes(range=[0, 1.02], tickformat=".1f", nticks=6)
    return figure
