"""Be the router: the answer with the router's own weights and with yours."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from i2moe_core.language import say
from i2moe_core.plots.answer import top_classes
from i2moe_core.plots.palette import INK
from i2moe_core.plots.style import as_percent, empty_figure, horizontal, safe_labels


def plot_router(
    classes: Sequence[str],
    before: np.ndarray,
    after: np.ndarray,
    count: int = 6,
    names: Sequence[str] = (),
) -> go.Figure:
    """Draw the classes' probabilities before and after; the leading ones of either are kept.

    before, after: (C,). names: of the two in the legend; by default the router and you.
    """
    if len(classes) == 0:
        return empty_figure()
    order = top_classes(np.maximum(before, after), count)
    labels = safe_labels([classes[c] for c in order], limit=18)
    figure, names = go.Figure(), names or (say("router"), say("you"))
    for name, values, colour in zip(names, (before, after), ("rgba(115,123,140,0.4)", INK), strict=True):
        figure.add_bar(
            x=np.asarray(values)[order],
            y=labels,
            orientation="h",
            name=name,
            marker_color=colour,
            text=[f"{v:.0%}" for v in np.asarray(values)[order]],
            textposition="outside",
            cliponaxis=False,
            hovertemplate=f"{name}: %{{x:.2%}}<extra></extra>",
        )
    figure.update_layout(barmode="group", bargroupgap=0.08)
    horizontal(figure, len(order), legend=True, extra=44)
    return as_percent(figure)
