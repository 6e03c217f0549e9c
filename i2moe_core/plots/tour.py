"""One sample inside the model: the encoders' vectors, the experts' scores, the router's weights."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from i2moe_core.explain.numbers import signed
from i2moe_core.plots.palette import INK
from i2moe_core.plots.style import as_percent, empty_figure, horizontal, safe_labels, styled, write_notes

_CELL = 42  # pixels of a row


def plot_encoded(labels: Sequence[str], vectors: Sequence[np.ndarray], colours: Sequence[str]) -> go.Figure:
    """Draw one row of bars a modality, a bar for each number of its vector (D,)."""
    if not vectors:
        return empty_figure()
    figure = make_subplots(
        rows=len(vectors), cols=1, vertical_spacing=0.5 / len(vectors), subplot_titles=safe_labels(labels, 60)
    )
    limit = max(float(np.abs(vector).max()) for vector in vectors) or 1.0
    for row, (vector, colour) in enumerate(zip(vectors, colours, strict=True), start=1):
        hover = "%{x}: %{y:+.3f}<extra></extra>"
        bars = go.Bar(x=np.arange(1, len(vector) + 1), y=vector, marker_color=colour, hovertemplate=hover)
        figure.add_trace(bars, row=row, col=1)
    styled(figure, 150 * len(vectors) + 30)
    figure.update_annotations(x=0, xanchor="left", font_size=14)
    figure.update_yaxes(range=[-1.08 * limit, 1.08 * limit], nticks=4)
    figure.update_xaxes(showgrid=False, nticks=9)
    return figure.update_layout(bargap=0.15, margin_t=30)


def plot_scores(
    labels: Sequence[str], colours: Sequence[str], classes: Sequence[str], scores: np.ndarray
) -> go.Figure:
    """Draw each expert's scores (E, C) as cells, tinted in its colour as far as it is for a class."""
    if scores.size == 0:
        return empty_figure()
    rows, columns = safe_labels(labels), safe_labels(classes, limit=14)
    limit = float(np.abs(scores).max()) or 1.0
    figure = go.Figure()
    for place, colour in enumerate(colours):
        own = np.arange(len(rows))[:, None] == place  # a layer a row, for each row has a colour of its own
        scale = [[0, "rgba(115,123,140,0.06)"], [1, _pale(colour)]]
        figure.add_heatmap(
            x=columns, y=rows, z=np.where(own, np.maximum(scores, 0), np.nan), zmin=0, zmax=limit,
            colorscale=scale, showscale=False, xgap=3, ygap=3, hoverongaps=False, customdata=scores,
            hovertemplate="%{y}, %{x}: %{customdata:+.3f}<extra></extra>",
        )  # fmt: skip
    write_notes(
        figure,
        [
            {"x": name, "y": row, "text": signed(float(value))}
            for row, line in zip(rows, scores, strict=True) for name, value in zip(columns, line, strict=True)
        ],
    )  # fmt: skip
    styled(figure, _CELL * len(rows) + 50)
    figure.update_xaxes(showgrid=False, side="top", ticks="", tickangle=0)
    figure.update_yaxes(showgrid=False, ticks="", autorange="reversed", ticksuffix="  ")
    return figure.update_layout(margin={"t": 40, "b": 6, "l": 8, "r": 8, "pad": 0})


def plot_weights(labels: Sequence[str], colours: Sequence[str], weights: np.ndarray) -> go.Figure:
    """Draw the router's weights (E,) as bars."""
    if len(weights) == 0:
        return empty_figure()
    figure = go.Figure(
        go.Bar(
            x=weights, y=safe_labels(labels), orientation="h", marker_color=list(colours),
            text=[f"{weight:.1%}" for weight in weights], textposition="outside", cliponaxis=False,
            hovertemplate="%{y}: %{x:.2%}<extra></extra>",
        )
    )  # fmt: skip
    figure.add_vline(x=1 / len(weights), line={"color": INK, "width": 1, "dash": "dot"})
    horizontal(figure, len(weights), extra=32)
    return as_percent(figure).update_xaxes(range=[0, 1], dtick=0.25).update_layout(margin_r=58)


def _pale(colour: str) -> str:
    """Return a colour thin enough for text on it to stay readable on light and dark pages."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.42)"
