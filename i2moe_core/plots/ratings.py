"""Ratings by arm, and the difference between the arms by rater."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from i2moe_core.plots.palette import INK
from i2moe_core.plots.style import empty_figure, horizontal, safe_labels, styled

# No expert's colours: what is compared are arms.
ARMS = ("#4E86A6", "#B5503F")


def plot_arm_scores(counts: Mapping[str, np.ndarray], x_title: str, y_title: str) -> go.Figure:
    """Draw how an arm's scores are spread: label of the arm -> how often each score was given, (S,)."""
    if not any(np.sum(own) for own in counts.values()):
        return empty_figure()
    figure = go.Figure()
    for (name, own), colour in zip(counts.items(), ARMS, strict=False):
        total = max(int(np.sum(own)), 1)
        figure.add_bar(
            x=np.arange(1, len(own) + 1), y=np.asarray(own) / total, name=safe_labels([name])[0],
            marker_color=colour, customdata=own,
            hovertemplate="%{x}: %{y:.0%} (%{customdata})<extra></extra>",
        )  # fmt: skip
    styled(figure, 270, legend=True)
    figure.update_xaxes(title=x_title, dtick=1, showgrid=False)
    return figure.update_yaxes(title=y_title, tickformat=".0%", rangemode="tozero", nticks=5)


def plot_differences(
    labels: Sequence[str],
    values: Sequence[float] | np.ndarray,
    low: Sequence[float] | np.ndarray,
    high: Sequence[float] | np.ndarray,
    x_title: str,
) -> go.Figure:
    """Draw differences (R,) with their intervals as marks; the first is of all raters."""
    if len(labels) == 0:
        return empty_figure()
    middle, left, right = (np.asarray(numbers, dtype=float) for numbers in (values, low, high))
    figure = go.Figure(
        go.Scatter(
            x=middle, y=safe_labels(labels), mode="markers", showlegend=False,
            marker={"color": INK, "size": [13, *[9] * (len(labels) - 1)],
                    "symbol": ["diamond", *["circle"] * (len(labels) - 1)]},
            error_x={"array": right - middle, "arrayminus": middle - left, "color": INK, "width": 5},
            customdata=np.stack([left, right], 1),
            hovertemplate="%{y}: %{x:+.2f} (%{customdata[0]:+.2f} … %{customdata[1]:+.2f})<extra></extra>",
        )
    )  # fmt: skip
    horizontal(figure, len(labels), extra=56)
    figure.update_layout(height=34 * len(labels) + 80)
    reach = float(np.nanmax(np.abs(np.stack([left, right, middle])), initial=0.5))
    figure.update_xaxes(title=x_title, range=[-1.08 * reach, 1.08 * reach], nticks=7)
    return figure.add_vline(x=0, line={"color": INK, "width": 1})
