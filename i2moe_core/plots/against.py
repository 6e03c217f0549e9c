"""A part of the samples against the rest, row by row: the part's mean with its interval, the rest's line."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from i2moe_core.explain.numbers import with_interval
from i2moe_core.language import say
from i2moe_core.plots.palette import INK
from i2moe_core.plots.style import empty_figure, end_column, legend_entry, safe_labels, styled

_ROW = 34  # pixels


def plot_against(rows: pd.DataFrame, inside: str = "", rest: str = "") -> go.Figure:
    """Draw a mark with its interval (the part) and a line (the rest) per row; pale where chance may do it.

    rows: ``key label value low high rest colour sure``, all shares of 1. A click on a mark returns its key.
    inside, rest: what the two are called, by default "here" and "elsewhere".
    """
    if rows.empty:
        return empty_figure(say("There is nothing to compare."), height=90)
    labels = safe_labels([str(label) for label in rows["label"]], limit=30)
    figure = go.Figure()
    for pale in (True, False):
        _marks(figure, rows, labels, pale)
    figure.add_scatter(
        x=rows["rest"], y=labels, mode="markers", showlegend=False, cliponaxis=False,
        marker={"symbol": "line-ns", "size": 16, "line": {"width": 3, "color": INK}},
        hovertemplate="%{x:.1%}<extra></extra>",
    )  # fmt: skip
    legend_entry(figure, inside or say("here"), "circle")
    legend_entry(figure, rest or say("elsewhere"), "line-ns", size=14, line=3)
    styled(figure, _ROW * len(rows) + 66, legend=True)
    figure.update_yaxes(
        showgrid=False, ticksuffix="  ", categoryorder="array", categoryarray=labels[::-1],
        range=[-0.6, len(rows) - 0.4],
    )  # fmt: skip
    numbers = [f"<b>{_short(line.value)}</b> | {_short(line.rest)}" for line in rows.itertuples()]
    end_column(figure, labels, numbers, width=82)
    upper = min(1.03, 1.06 * max(float(rows["high"].max()), float(rows["rest"].max()), 0.05))
    return figure.update_xaxes(range=[-0.02 * upper, upper], tickformat=".0%", nticks=5)


def _short(share: float) -> str:
    """Write a share with the digits that small ones need."""
    return f"{share:.1%}" if share < 0.0995 else f"{share:.0%}"


def _marks(figure: go.Figure, rows: pd.DataFrame, labels: list[str], pale: bool) -> None:
    here = (~rows["sure"] if pale else rows["sure"]).to_numpy(dtype=bool)
    part = rows[here]
    for (_, line), label in zip(
        part.iterrows(), [name for name, one in zip(labels, here, strict=True) if one], strict=True
    ):
        low, high = f"{line['low']:.1%}", f"{line['high']:.1%}"
        figure.add_scatter(
            x=[line["value"]], y=[label], mode="markers", showlegend=False, cliponaxis=False,
            customdata=[[line["key"]]], opacity=0.45 if pale else 1.0,
            marker={"size": 13, "color": line["colour"]},
            error_x={
                "array": [line["high"] - line["value"]], "arrayminus": [line["value"] - line["low"]],
                "color": line["colour"], "thickness": 3, "width": 0,
            },
            hovertemplate=f"{with_interval('%{x:.1%}', low, high)}<extra></extra>",
        )  # fmt: skip
