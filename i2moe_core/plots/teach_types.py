"""The gate's mean weights for each true interaction as stacked bars: do they name it?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from i2moe_core.plots.palette import INK
from i2moe_core.plots.style import as_percent, empty_figure, horizontal, safe_labels


def plot_type_weights(
    weights: np.ndarray, types: Sequence[str], experts: Sequence[str], colours: Sequence[str], hover: str
) -> go.Figure:
    """Draw weights (K, E), a bar a true interaction, a segment an expert; the expert it should be is framed.

    hover: a sentence with {expert} and {share}.
    """
    if np.size(weights) == 0:
        return empty_figure()
    rows = safe_labels(types)
    figure = go.Figure()
    for number, (name, colour) in enumerate(zip(safe_labels(experts), colours, strict=True)):
        frame = [3 if kind == number else 0 for kind in range(len(rows))]
        figure.add_bar(
            x=weights[:, number], y=rows, orientation="h", name=name,
            marker={"color": colour, "line": {"color": INK, "width": frame}},
            hovertext=[hover.format(expert=name, share=f"{share:.0%}") for share in weights[:, number]],
            hovertemplate="%{hovertext}<extra></extra>",
        )  # fmt: skip
    figure.update_layout(barmode="stack", legend_traceorder="normal")
    horizontal(figure, len(rows), legend=True, extra=64)
    return as_percent(figure).update_xaxes(range=[0, 1.005], nticks=5)
