"""One expert's number in two runs, a point a sample: on the diagonal both runs agree."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from i2moe_core.language import say
from i2moe_core.plots.palette import INK
from i2moe_core.plots.style import empty_figure, legend_entry, safe_labels, styled

SAME, OTHER = "circle", "x"


def plot_compared(
    points: pd.DataFrame, first: str, second: str, colour: str = INK, chosen: str = "", height: int = 400
) -> go.Figure:
    """Draw a point per sample; other answers as crosses. A click on a point returns its id.

    points: ``id x y same``, shares of 1; x in the run ``first``, y in ``second``. chosen: an id to mark.
    """
    if points.empty:
        return empty_figure(say("A run without experts has no weights to compare."))
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", showlegend=False, hoverinfo="skip",
        line={"color": INK, "width": 1.5, "dash": "dash"},
    )  # fmt: skip
    names = safe_labels([first, second], limit=40)
    for same, symbol, size in ((True, SAME, 7), (False, OTHER, 9)):
        own = points[points["same"].astype(bool) == same]
        figure.add_scatter(
            x=own["x"].tolist(), y=own["y"].tolist(), mode="markers", showlegend=False, cliponaxis=False,
            customdata=[[name] for name in own["id"]],
            marker={"symbol": symbol, "size": size, "color": colour, "opacity": 0.5 if same else 0.95},
            hovertemplate=f"{names[0]}: %{{x:.0%}}<br>{names[1]}: %{{y:.0%}}<extra></extra>",
        )  # fmt: skip
    _mark(figure, points[points["id"] == chosen])
    legend_entry(figure, say("same answer"), SAME, size=9)
    legend_entry(figure, say("other answer"), OTHER, size=9)
    styled(figure, height, legend=True)
    top = min(1.02, 1.08 * max(float(points["x"].max()), float(points["y"].max()), 0.05))
    figure.update_xaxes(title=names[0], range=[-0.02 * top, top], tickformat=".0%", nticks=6)
    figure.update_yaxes(title=names[1], range=[-0.02 * top, top], tickformat=".0%", nticks=6)
    return figure.update_layout(margin={"b": 48})


def _mark(figure: go.Figure, rows: pd.DataFrame) -> None:
    if not rows.empty:
        figure.add_scatter(
            x=rows["x"].tolist(), y=rows["y"].tolist(), mode="markers", showlegend=False, hoverinfo="skip",
            marker={"symbol": "circle-open", "size": 18, "color": INK, "line": {"width": 2.5}},
        )  # fmt: skip
