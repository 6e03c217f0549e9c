"""How right the answers are if only some are given: the risk-coverage curve, drawn as accuracy."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from i2moe_core.language import say
from i2moe_core.plots.palette import INK
from i2moe_core.plots.style import empty_figure, styled

CURVE, CONFIDENT = "#B5503F", "#4E86A6"
_POINT = {"share": "%{x:.0%}", "right": "%{y:.1%}"}  # where a figure puts its own numbers


def plot_risk_coverage(
    curves: pd.DataFrame, overall: float, threshold: tuple[float, float] | None = None, height: int = 340
) -> go.Figure:
    """Draw accuracy against the share answered.

    curves: ``name coverage accuracy``, one or two names as they are shown, each rising in coverage.
    overall: the accuracy of answering everything. threshold: coverage and accuracy of a chosen threshold.
    """
    if curves.empty:
        return empty_figure(say("Right and wrong are not known of these samples."))
    figure = go.Figure()
    looks = zip(curves["name"].unique(), ((CURVE, "solid"), (CONFIDENT, "dot")), strict=False)
    for name, (colour, dash) in looks:
        own = curves[curves["name"] == name]
        figure.add_scatter(
            x=own["coverage"].to_numpy(), y=own["accuracy"].to_numpy(), mode="lines", name=str(name),
            line={"color": colour, "width": 3, "dash": dash},
            hovertemplate=_hover(say("answering {share}: {right} right", **_POINT)),
        )  # fmt: skip
    figure.add_scatter(
        x=[0, 1], y=[overall, overall], mode="lines", name=say("answering all, or by chance"),
        line={"color": INK, "width": 2, "dash": "dash"}, hoverinfo="skip",
    )  # fmt: skip
    if threshold is not None:
        figure.add_scatter(
            x=[threshold[0]], y=[threshold[1]], mode="markers", name=say("threshold"),
            marker={"size": 14, "color": CURVE, "symbol": "diamond", "line": {"width": 2, "color": "white"}},
            hovertemplate=_hover(say("threshold: answering {share}, {right} right", **_POINT)),
        )  # fmt: skip
    styled(figure, height, legend=True)
    low = min(float(curves["accuracy"].min()), overall)
    margin = 0.06 * (1 - low) or 0.05
    figure.update_xaxes(title=say("share answered, the most agreed first"), range=[0, 1.02], tickformat=".0%")
    figure.update_yaxes(range=[low - margin, min(1.02, 1 + margin)], tickformat=".3~%", title=say("right"))
    return figure.update_layout(margin={"b": 44, "t": 60})


def _hover(words: str) -> str:
    return f"{words}<extra></extra>"
