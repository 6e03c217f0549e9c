"""The answer and its runners-up as bars."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from i2moe_core.plots.palette import INK
from i2moe_core.plots.style import as_percent, empty_figure, horizontal, safe_labels


def top_classes(values: np.ndarray, count: int) -> np.ndarray:
    """Return the numbers of the ``count`` classes with the largest values, largest first; ties in order."""
    return np.argsort(-np.asarray(values), kind="stable")[:count]


def plot_answer(
    classes: Sequence[str], probabilities: np.ndarray, colour: str = INK, count: int = 6
) -> go.Figure:
    """Draw the most probable classes; the first in ``colour``, the runners-up in pale ink.

    probabilities: (C,).
    """
    if len(classes) == 0:
        return empty_figure()
    order = top_classes(probabilities, count)
    shown = np.asarray(probabilities)[order]
    figure = go.Figure(
        go.Bar(
            x=shown,
            y=safe_labels([classes[c] for c in order]),
            orientation="h",
            marker={"color": colour, "opacity": [1.0] + [0.45] * (len(order) - 1)},
            text=[_honest(float(p)) for p in shown],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{x:.2%}<extra></extra>",
        )
    )
    horizontal(figure, len(order), extra=32)
    # Few ticks: beside long class names there is room for no more, and turned ones are hard to read.
    as_percent(figure).update_xaxes(range=[0, 1], dtick=0.5, tickangle=0)
    return figure.update_layout(margin_r=58)  # room for the number, also where the figure is narrow


def _honest(share: float) -> str:
    """Write a share without a false certainty."""
    if share > 0.999:
        return "> 99.9%"
    return "< 0.1%" if share < 0.001 else f"{share:.1%}"
