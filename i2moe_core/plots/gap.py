"""Two modalities' embeddings in one plane; a line joins what belongs together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from i2moe_core.language import say
from i2moe_core.plots.palette import FAINT
from i2moe_core.plots.style import empty_figure, safe_labels, styled

HEIGHT = 420


def plot_gap(pairs: pd.DataFrame, names: Sequence[str], colours: Sequence[str]) -> go.Figure:
    """Draw both modalities' points, of one scale on both axes, and a thin line from each to its partner.

    pairs: ``x1 y1 x2 y2 label``. names, colours: of the first and the second modality.
    """
    if pairs.empty:
        return empty_figure(say("No pair was kept."), HEIGHT)
    figure = go.Figure()
    between = [np.column_stack([pairs[f"{axis}1"], pairs[f"{axis}2"]]) for axis in "xy"]
    x, y = (np.column_stack([ends, np.full(len(ends), np.nan)]).ravel() for ends in between)
    figure.add_scatter(
        x=x, y=y, mode="lines", line={"color": FAINT, "width": 0.8}, hoverinfo="skip", showlegend=False
    )
    labels = safe_labels(pairs["label"].tolist(), 80)
    for number, (name, colour) in enumerate(zip(safe_labels(names), colours, strict=True), start=1):
        figure.add_scatter(
            x=pairs[f"x{number}"], y=pairs[f"y{number}"], mode="markers", name=name, customdata=labels,
            marker={"color": colour, "size": 7, "symbol": "circle" if number == 1 else "diamond"},
            hovertemplate=f"{name}: %{{customdata}}<extra></extra>",
        )  # fmt: skip
    styled(figure, HEIGHT, legend=True)
    figure.update_xaxes(showticklabels=False, showgrid=False)
    figure.update_yaxes(showticklabels=False, showgrid=False, scaleanchor="x", scaleratio=1)
    return figure.update_layout(margin={"l": 4, "r": 4, "t": 34, "b": 8})
