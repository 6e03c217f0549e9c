"""One row an expert: its weight before and after, how sure it is before and after; and stand-ins on a map."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from i2moe_core.plots.palette import FAINT, INK
from i2moe_core.plots.style import as_percent, empty_figure, horizontal, legend_entry, safe_labels, styled


def plot_weight_change(
    labels: Sequence[str],
    colours: Sequence[str],
    before: np.ndarray,
    after: np.ndarray,
    legend: Sequence[str],
) -> go.Figure:
    """Draw the experts' weights (E,) as bars, and the ones before as small lines; legend: (before, after)."""
    if len(labels) == 0:
        return empty_figure()
    rows = safe_labels(labels)
    figure = go.Figure(
        go.Bar(
            x=after, y=rows, orientation="h", marker_color=list(colours), showlegend=False,
            text=[f"{value:.1%}" for value in after], textposition="outside", cliponaxis=False,
            hovertemplate="%{y}: %{x:.2%}<extra></extra>",
        )
    )  # fmt: skip
    mark = {"symbol": "line-ns", "size": 26, "line": {"width": 3, "color": INK}}
    figure.add_scatter(x=before, y=rows, mode="markers", marker=mark, showlegend=False,
                       hovertemplate=f"{safe_labels(legend)[0]}: %{{x:.2%}}<extra></extra>")  # fmt: skip
    legend_entry(figure, safe_labels(legend)[0], "line-ns", 14, 3)
    legend_entry(figure, safe_labels(legend)[1], "square")
    horizontal(figure, len(rows), legend=True)
    return as_percent(figure)


def plot_sureness(
    labels: Sequence[str],
    colours: Sequence[str],
    before: np.ndarray,
    after: np.ndarray,
    legend: Sequence[str],
) -> go.Figure:
    """Draw how sure each expert is (E,): as given a full dot, replaced an open one; legend: their names."""
    if len(labels) == 0:
        return empty_figure()
    rows, names = safe_labels(labels), safe_labels(legend, 40)
    figure = go.Figure()
    for row, colour, start, end in zip(rows, colours, before, after, strict=True):
        figure.add_scatter(
            x=[start, end], y=[row, row], mode="lines+markers", showlegend=False,
            line={"color": colour, "width": 4},
            marker={"symbol": ["circle", "diamond-open"], "size": [16, 18], "color": colour,
                    "line": {"width": 3, "color": colour}},
            text=names, hovertemplate="%{text}: %{x:.1%}<extra></extra>",
        )  # fmt: skip
    legend_entry(figure, names[0], "circle")
    legend_entry(figure, names[1], "diamond-open", 13, 2)
    horizontal(figure, len(rows), legend=True, extra=52)
    return as_percent(figure).update_xaxes(range=[0, 1.03])


def plot_stand_ins(real: np.ndarray, stand_ins: np.ndarray, colour: str, legend: Sequence[str]) -> go.Figure:
    """Draw real vectors (N, 2) as dots and what stands in for them as diamonds; legend: their names."""
    if len(real) == 0:
        return empty_figure()
    figure = styled(go.Figure(), 320, legend=True)
    names = safe_labels(legend, 40)
    marks = ({"size": 7, "color": FAINT, "line": {"width": 1, "color": INK}},
             {"size": 10, "symbol": "diamond-open", "color": colour, "line": {"width": 2}})  # fmt: skip
    for points, name, mark in zip((real, stand_ins), names, marks, strict=True):
        figure.add_scatter(x=points[:, 0], y=points[:, 1], mode="markers", name=name, marker=mark,
                           hoverinfo="skip")  # fmt: skip
    figure.update_xaxes(showticklabels=False)
    return figure.update_yaxes(showticklabels=False)
