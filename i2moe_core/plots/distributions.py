"""What one expert says: its full distribution over the classes, or its number for a regression."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from i2moe_core.language import say
from i2moe_core.plots.palette import INK
from i2moe_core.plots.style import as_percent, empty_figure, end_column, safe_labels, styled


def plot_distribution(
    classes: Sequence[str],
    probabilities: np.ndarray,
    mixture: np.ndarray | None = None,
    colour: str = INK,
) -> go.Figure:
    """Draw one expert's probabilities (C,) as bars and, as small lines, the mixture's own.

    The classes come in the given order, so that the figures of several experts can be compared row by row.
    """
    if len(classes) == 0:
        return empty_figure()
    labels = safe_labels(classes, limit=22)
    figure = go.Figure()
    figure.add_bar(
        x=probabilities,
        y=labels,
        orientation="h",
        marker_color=colour,
        hovertemplate="%{y}: %{x:.2%}<extra></extra>",
    )
    if mixture is not None:
        figure.add_scatter(
            x=mixture,
            y=labels,
            mode="markers",
            marker={"symbol": "line-ns", "size": 14, "line": {"width": 2, "color": INK}},
            hovertemplate=f"{say('whole model')}: %{{x:.2%}}<extra></extra>",
        )
    styled(figure, 26 * len(labels) + 44)
    figure.update_yaxes(autorange="reversed", showgrid=False, ticksuffix="  ")
    figure.update_layout(margin={"l": 4, "r": 8, "t": 4, "b": 24}, bargap=0.25)
    end_column(figure, labels, [f"{p:.0%}" for p in probabilities], width=44)
    as_percent(figure)
    return figure.update_xaxes(range=[0, 1.03], tickvals=[0, 0.5, 1])
