"""Classes by experts as a table of tinted cells that can be clicked, and how often each expert leads."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from i2moe_core.language import say
from i2moe_core.plots.palette import INK, expert_colours, expert_label
from i2moe_core.plots.style import (
    empty_figure,
    end_column,
    expert_columns,
    horizontal,
    safe_labels,
    styled,
    write_notes,
)

_CELL = 38  # pixels


def plot_class_table(table: pd.DataFrame, experts: Sequence[str], percent: bool = True) -> go.Figure:
    """Draw a row per class and a column per expert: the mean, written into the cell and as its tint.

    table: ``name count`` and a column an expert, as ``summaries.class_table`` makes it (its first column as
    ``name``). A click returns ``[name, expert]``; heat maps answer no click, so clear marks lie above them.
    """
    if table.empty:
        return empty_figure()
    rows = safe_labels(
        [f"{name} ({count:,})" for name, count in zip(table["name"], table["count"], strict=True)]
    )
    columns = expert_columns(experts)
    values = table[list(experts)].to_numpy(dtype=float)
    size = float(np.nanmax(np.abs(values))) if np.isfinite(values).any() else 1.0
    figure = go.Figure(
        go.Heatmap(
            z=np.abs(values), x=columns, y=rows, zmin=0, zmax=size or 1.0, xgap=3, ygap=3, showscale=False,
            colorscale=[[0, "rgba(115,123,140,0.05)"], [1, "rgba(115,123,140,0.36)"]], hoverinfo="skip",
        )
    )  # fmt: skip
    texts = [["" if np.isnan(v) else f"{v:.0%}" if percent else f"{v:+.2f}" for v in line] for line in values]
    figure.add_scatter(
        x=[c for _ in rows for c in columns], y=[r for r in rows for _ in columns],
        mode="markers", hovertext=[t for line in texts for t in line],
        customdata=[[str(n), e] for n in table["name"] for e in experts],
        marker={"symbol": "square", "size": _CELL - 4, "color": INK, "opacity": 0.002},
        hovertemplate="%{y}, %{x}: %{hovertext}<extra></extra>", showlegend=False,
        # What is not picked stays readable.
        unselected={"marker": {"opacity": 0.002}}, selected={"marker": {"opacity": 0.25}},
    )  # fmt: skip
    cells = [(row, name, text) for row, line in zip(rows, texts, strict=True)
             for name, text in zip(columns, line, strict=True)]  # fmt: skip
    write_notes(figure, ({"x": name, "y": row, "text": f"<b>{text}</b>"} for row, name, text in cells))
    styled(figure, _CELL * len(rows) + 56)
    figure.update_xaxes(showgrid=False, side="top", ticks="")
    figure.update_yaxes(showgrid=False, ticks="", autorange="reversed", ticksuffix="  ")
    return figure.update_layout(margin={"t": 44, "b": 8, "l": 8, "r": 8, "pad": 0})


def plot_leads(rows: pd.DataFrame) -> go.Figure:
    """Draw in which share of the samples each expert leads: ``expert share low high count``.

    A click returns the expert's name.
    """
    if rows.empty:
        return empty_figure()
    names = [str(name) for name in rows["expert"]]
    colours = expert_colours(names)
    labels = safe_labels([expert_label(name) for name in names])
    figure = go.Figure(
        go.Bar(
            x=rows["share"], y=labels, orientation="h",
            marker_color=[colours[name] for name in names], customdata=[[name] for name in names],
            error_x={
                "array": rows["high"] - rows["share"], "arrayminus": rows["share"] - rows["low"],
                "color": INK, "thickness": 2, "width": 6,
            },
            hovertemplate="%{y}: %{x:.2%}<extra></extra>",
        )
    )  # fmt: skip
    horizontal(figure, len(rows), extra=44)
    said = [
        say("<b>{share:.1%}</b> ({low:.1%} to {high:.1%})", share=line.share, low=line.low, high=line.high)
        for line in rows.itertuples()
    ]
    end_column(figure, labels, said, width=158)
    upper = 1.05 * float(rows["high"].max())
    return figure.update_xaxes(range=[0, upper], tickformat=".0%", nticks=5)
