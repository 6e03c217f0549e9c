"""The audit's parts in figures: what every expert can do and does alone, and a value on a scale of zones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go

from i2moe_core.language import marked, say
from i2moe_core.plots.palette import INK, expert_colours, expert_label
from i2moe_core.plots.style import (
    as_percent,
    empty_figure,
    end_column,
    horizontal,
    legend_entry,
    safe_labels,
    styled,
)

_MARKS = {
    "ability": ("circle-open", 13, marked("can do it")),
    "specificity": ("diamond-open", 12, marked("does only this")),
}


def plot_roles(rows: pd.DataFrame, goal: float, parts: bool = True) -> go.Figure:
    """Draw each expert's role score as a bar with the two parts it is the product of.

    rows: ``expert score ability specificity``, the latter two NaN where they are not known; all are drawn
    within 0 to 1. goal: the score to reach, a dotted line. parts: False draws the bars alone.
    """
    if rows.empty:
        return empty_figure(say("No role was tested."))
    colours = expert_colours(rows["expert"].tolist())
    labels = safe_labels([expert_label(name) for name in rows["expert"]])
    figure = go.Figure(
        go.Bar(
            x=rows["score"], y=labels, orientation="h", showlegend=False,
            marker_color=[colours[name] for name in rows["expert"]],
            hovertemplate="%{y}: %{x:.2f}<extra></extra>",
        )
    )  # fmt: skip
    for column, (symbol, size, meaning) in _MARKS.items() if parts else ():
        name = say(meaning)
        figure.add_scatter(
            x=rows[column].clip(0, 1), y=labels, mode="markers", showlegend=False, cliponaxis=False,
            marker={"symbol": symbol, "size": size, "color": INK, "line": {"width": 2.5, "color": INK}},
            hovertemplate=f"{name}: %{{x:.2f}}<extra></extra>",
        )  # fmt: skip
        legend_entry(figure, name, symbol, size=size, line=2)
    figure.add_vline(x=goal, line={"color": INK, "width": 1, "dash": "dot"})
    horizontal(figure, len(rows), legend=parts, extra=36)
    end_column(figure, labels, [f"<b>{value:.2f}</b>" for value in rows["score"]], width=44)
    as_percent(figure)
    return figure.update_xaxes(range=[0, 1.06], tickformat=".1f", nticks=6)


def plot_zones(
    value: float | None, zones: Sequence[tuple[float, str]], named: Mapping[float, str], start: float = 0.0
) -> go.Figure:
    """Draw one value on a scale that is cut into coloured zones.

    zones: where each ends and its colour, rising. named: places on the scale and what they mean.
    """
    if value is None or not zones:
        return empty_figure(say("This was not measured."), height=90)
    figure, left, end = go.Figure(), start, zones[-1][0]
    for right, colour in zones:
        figure.add_shape(
            type="rect", x0=left, x1=right, y0=-0.5, y1=0.5, fillcolor=colour, opacity=0.3, layer="below",
            line={"width": 0},
        )  # fmt: skip
        left = right
    figure.add_scatter(
        x=[min(max(value, start), end)], y=[0], mode="markers+text", text=[f"<b>{value:.2f}</b>"],
        textposition="top center", cliponaxis=False, showlegend=False,
        marker={"symbol": "diamond-tall", "size": 24, "color": INK, "line": {"color": "white", "width": 1}},
        hovertemplate=f"{value:.3f}<extra></extra>",
    )  # fmt: skip
    styled(figure, 104)
    figure.update_yaxes(visible=False, range=[-0.6, 1.5])
    ticks = sorted(named)
    margin = 0.07 * (end - start)
    figure.update_xaxes(
        range=[start - margin, end + margin], showgrid=False, tickvals=ticks,
        ticktext=safe_labels([named[place] for place in ticks]),
    )  # fmt: skip
    return figure.update_layout(margin={"t": 4, "b": 30})
