"""A feature vector or a sequence of them, drawn so that a sample without picture or text can be seen."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from i2moe_core.language import say
from i2moe_core.plots.palette import INK
from i2moe_core.plots.style import empty_figure, styled


def plot_array(values: np.ndarray, colour: str = INK) -> go.Figure:
    """Draw a vector (D,) as bars, a sequence (T, D) as a tinted table."""
    values = np.asarray(values, dtype=float)
    if values.size == 0:
        return empty_figure(say("This array is empty."))
    if values.ndim == 1:
        figure = go.Figure(
            go.Bar(y=values, marker_color=colour, hovertemplate="%{x}: %{y:.3f}<extra></extra>")
        )
    else:
        figure = go.Figure(go.Heatmap(z=values, colorscale="Greys", showscale=False))
    styled(figure, 150)
    figure.update_layout(margin={"l": 4, "r": 4, "t": 4, "b": 4}, bargap=0.1)
    figure.update_xaxes(visible=False)
    return figure
