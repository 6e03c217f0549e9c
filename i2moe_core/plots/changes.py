"""What a change costs or gains around zero, a cost in multiples, and a scan of one setting."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from i2moe_core.language import say
from i2moe_core.plots.palette import INK
from i2moe_core.plots.style import empty_figure, end_column, horizontal, safe_labels, styled


def plot_changes(rows: pd.DataFrame) -> go.Figure:
    """Draw a mark with its interval per row around a line at zero.

    rows: ``label value low high colour``, shares of 1; low and high NaN where there is no interval.
    """
    if rows.empty:
        return empty_figure(say("There is nothing to compare."), height=90)
    labels, figure = safe_labels(rows["label"].tolist()), go.Figure()
    for label, line in zip(labels, rows.itertuples(), strict=True):
        figure.add_scatter(
            x=[line.value], y=[label], mode="markers", showlegend=False, cliponaxis=False,
            marker={"size": 13, "color": line.colour},
            error_x={
                "array": [line.high - line.value], "arrayminus": [line.value - line.low],
                "color": line.colour, "thickness": 3, "width": 0,
            },
            hovertemplate="%{x:.1%}<extra></extra>",
        )  # fmt: skip
    horizontal(figure, len(rows), extra=30)
    figure.add_vline(x=0, line={"color": INK, "width": 1})
    end_column(figure, labels, [f"<b>{_points(value)}</b>" for value in rows["value"]], width=58)
    ends = rows[["value", "low", "high"]].to_numpy(float)
    low, high = min(0.0, float(pd.Series(ends.ravel()).min())), float(pd.Series(ends.ravel()).max())
    reach = max(high - low, 0.02)
    figure.update_yaxes(categoryorder="array", categoryarray=labels)
    return figure.update_xaxes(
        range=[low - 0.06 * reach, max(high, low + reach) + 0.06 * reach], tickformat=".0%", nticks=5
    )


def plot_cost(rows: pd.DataFrame) -> go.Figure:
    """Draw how many times as much each row takes as the single fusion, with a line at 1.

    rows: ``label ratio``.
    """
    if rows.empty:
        return empty_figure(say("Nothing was timed."), height=90)
    labels = safe_labels(rows["label"].tolist(), limit=32)
    told = say("{label}: {ratio} times", label="%{y}", ratio="%{x:.2f}")
    figure = go.Figure(
        go.Bar(
            x=rows["ratio"], y=labels, orientation="h", marker_color=INK, showlegend=False,
            hovertemplate=f"{told}<extra></extra>",
        )
    )  # fmt: skip
    figure.add_vline(x=1, line={"color": INK, "width": 2, "dash": "dot"})
    horizontal(figure, len(rows), extra=30)
    end_column(figure, labels, [f"<b>{ratio:.1f} ×</b>" for ratio in rows["ratio"]], width=58)
    return figure.update_xaxes(range=[0, 1.05 * max(1.2, float(rows["ratio"].max()))], nticks=6)


def plot_scan(rows: pd.DataFrame, chosen: float | None, title: str, reached: str) -> go.Figure:
    """Draw a share over a setting that is stepped by ratios, with a line at the value that was chosen.

    rows: ``setting value``. title: of the setting. reached: of the share.
    """
    if rows.empty:
        return empty_figure(say("Nothing was tried."), height=90)
    figure = go.Figure(
        go.Scatter(
            x=rows["setting"], y=rows["value"], mode="lines+markers", showlegend=False, cliponaxis=False,
            line={"color": INK, "width": 3}, marker={"size": 9, "color": INK},
            hovertemplate="%{x:g}: %{y:.1%}<extra></extra>",
        )
    )  # fmt: skip
    styled(figure, 230)
    if chosen is not None:
        figure.add_vline(x=chosen, line={"color": INK, "width": 1, "dash": "dash"})
    figure.update_yaxes(range=[-0.03, 1.05], tickformat=".0%", nticks=5, title=reached)
    figure.update_xaxes(type="log", tickvals=rows["setting"].tolist(), title=title)
    figure.update_xaxes(ticktext=[f"{value:g}" for value in rows["setting"]])
    return figure.update_layout(margin={"b": 44})


def _points(value: float) -> str:
    text = f"{abs(100 * value):.1f}"
    return "0" if float(text) == 0 else ("−" if value < 0 else "") + text
