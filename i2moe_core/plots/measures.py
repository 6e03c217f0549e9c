"""Several measures side by side: tinted cells to click, hits with intervals, a whole set's decomposition."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from i2moe_core.explain.numbers import with_interval
from i2moe_core.language import say
from i2moe_core.plots.palette import INK, expert_colours, expert_label
from i2moe_core.plots.style import (
    empty_figure,
    end_column,
    horizontal,
    legend_entry,
    safe_labels,
    styled,
    write_notes,
)

_CELL = 40  # pixels
_TINT = [[0, "rgba(115,123,140,0.05)"], [1, "rgba(115,123,140,0.28)"]]


def plot_measures(rows: pd.DataFrame, experts: Sequence[str]) -> go.Figure:
    """Draw a row per measure and a column per interaction: the mean, tinted by its part of the row's largest.

    rows: ``measure label unit expert mean low high``, one line a cell; what is not known stays empty. The
    unit is said here; a "share" is written in percent. A click returns ``[measure, expert]``.
    """
    if rows.empty or not len(experts):
        return empty_figure(say("Nothing to draw yet."))
    keys = list(dict.fromkeys(rows["measure"]))
    means, low, high = (
        rows.pivot(index="measure", columns="expert", values=name).loc[keys, list(experts)].to_numpy(float)
        for name in ("mean", "low", "high")
    )
    named = rows.drop_duplicates("measure")
    labels = safe_labels(named["label"].tolist(), limit=16)
    units = named["unit"].tolist()
    sizes = np.abs(means)
    largest = np.max(np.nan_to_num(sizes), axis=1, keepdims=True)
    tints = np.divide(sizes, largest, out=np.full(sizes.shape, np.nan), where=largest > 0)
    texts = [
        ["" if np.isnan(v) else f"<b>{_number(v, u)}</b>" for v in line]
        for line, u in zip(means, units, strict=True)
    ]
    hover = [
        [with_interval(f"{m:.3f} {unit}", f"{a:.3f}", f"{b:.3f}") for m, a, b in zip(*line, strict=True)]
        for *line, unit in zip(means, low, high, [escape(say(unit)) for unit in units], strict=True)
    ]
    columns = safe_labels([expert_label(name) for name in experts], limit=16)
    return _table(labels, columns, tints, texts, hover, [[[key, e] for e in experts] for key in keys])


def plot_rank_agreement(
    keys: Sequence[str], labels: Sequence[str], value: np.ndarray, low: np.ndarray, high: np.ndarray
) -> go.Figure:
    """Draw the rank correlation of each two measures, (K, K) in [-1, 1], with half its interval's width.

    A click returns both keys.
    """
    if len(keys) < 2:
        return empty_figure(say("It takes two measures to compare."))
    named = safe_labels(labels, limit=16)
    under = np.tri(len(keys), k=-1, dtype=bool)
    values = np.where(under, value, np.nan)[1:, :-1]
    half = ((high - low) / 2)[1:, :-1]
    texts = [
        ["" if np.isnan(v) else f"<b>{_signed(v)}</b><br>±{h:.2f}" for v, h in zip(*line, strict=True)]
        for line in zip(values, half, strict=True)
    ]
    ends = zip(values, low[1:, :-1], high[1:, :-1], strict=True)
    hover = [
        ["" if np.isnan(v) else with_interval(*(f"{end:.3f}" for end in (v, a, b))) for v, a, b in line]
        for line in (zip(*line, strict=True) for line in ends)
    ]
    data = [[[a, b] if n >= m else None for m, b in enumerate(keys[:-1])] for n, a in enumerate(keys[1:])]
    figure = _table(named[1:], named[:-1], np.abs(values), texts, hover, data)
    figure.update_xaxes(side="bottom", tickangle=-35)
    return figure.update_layout(margin={"t": 8, "b": 60}, height=_CELL * len(named) + 60)


def plot_named(rows: pd.DataFrame, chance: float) -> go.Figure:
    """Draw how often each measure names the truth: a mark with its interval per row, a line at chance.

    rows: ``measure label share low high``. A click returns the measure.
    """
    if rows.empty:
        return empty_figure(say("The truth of these samples is not known."))
    labels = safe_labels(rows["label"].tolist(), limit=16)
    figure = go.Figure(
        go.Scatter(
            x=rows["share"], y=labels, mode="markers", customdata=[[key] for key in rows["measure"]],
            marker={"size": 9, "color": INK},
            error_x={
                "array": rows["high"] - rows["share"], "arrayminus": rows["share"] - rows["low"],
                "color": INK, "thickness": 2, "width": 7,
            },
            hovertemplate="%{y}: %{x:.1%}<extra></extra>", showlegend=False,
        )
    )  # fmt: skip
    horizontal(figure, len(rows), extra=30)
    figure.add_vline(x=chance, line={"color": INK, "width": 1, "dash": "dot"})
    said = [f"<b>{line.share:.0%}</b> ({line.low:.0%}–{line.high:.0%})" for line in rows.itertuples()]
    end_column(figure, labels, said, width=112)
    return figure.update_xaxes(range=[0, 1.03], tickformat=".0%", nticks=5)


def plot_set_level(rows: pd.DataFrame) -> go.Figure:
    """Draw the bits of each interaction in a whole set, beside chance and the mean over single samples.

    rows: ``expert bits chance pointwise``, the latter NaN where it is not known.
    """
    if rows.empty:
        return empty_figure(say("Nothing to draw yet."))
    colours = expert_colours(rows["expert"].tolist())
    labels = safe_labels([expert_label(name) for name in rows["expert"]], limit=16)
    figure = go.Figure(
        go.Bar(
            x=rows["bits"], y=labels, orientation="h", showlegend=False,
            marker_color=[colours[name] for name in rows["expert"]],
            hovertemplate=_bits("%{y}:"),
        )
    )  # fmt: skip
    chance, by_sample = say("chance"), say("by the sample")
    for name, label, symbol, size, line, edge in (
        ("chance", chance, "line-ns", 20, 3, INK), ("pointwise", by_sample, "diamond-tall", 14, 1, "white"),
    ):  # fmt: skip
        figure.add_scatter(
            x=rows[name], y=labels, mode="markers", showlegend=False,
            marker={"symbol": symbol, "size": size, "color": INK, "line": {"width": line, "color": edge}},
            hovertemplate=_bits(label),
        )  # fmt: skip
    legend_entry(figure, "<b>BROJA</b>", "square")
    legend_entry(figure, chance, "line-ns", size=14, line=3)
    legend_entry(figure, by_sample, "diamond-tall")
    horizontal(figure, len(rows), legend=True)
    said = [f"<b>{line.bits:.2f}</b> | {_or_dash(line.pointwise)}" for line in rows.itertuples()]
    end_column(figure, labels, said, width=92)
    return figure.update_xaxes(nticks=6)


def _table(
    rows: Sequence[str],
    columns: Sequence[str],
    tints: np.ndarray,
    texts: Sequence[Sequence[str]],
    hover: Sequence[Sequence[str]],
    data: Sequence[Sequence[Any]],
) -> go.Figure:
    """Draw tinted cells; heat maps answer no click, so clear marks lie above those that have ``data``."""
    figure = go.Figure(
        go.Heatmap(
            z=tints, x=list(columns), y=list(rows), zmin=0, zmax=1, xgap=3, ygap=3, showscale=False,
            colorscale=_TINT, hoverinfo="skip", hoverongaps=False,
        )
    )  # fmt: skip
    places = [(r, c) for r in range(len(rows)) for c in range(len(columns)) if texts[r][c]]
    figure.add_scatter(
        x=[columns[c] for _, c in places], y=[rows[r] for r, _ in places], mode="markers",
        hovertext=[hover[r][c] for r, c in places], customdata=[data[r][c] for r, c in places],
        marker={"symbol": "square", "size": _CELL - 6, "color": INK, "opacity": 0.002},
        hovertemplate="%{y}, %{x}: %{hovertext}<extra></extra>", showlegend=False,
        unselected={"marker": {"opacity": 0.002}}, selected={"marker": {"opacity": 0.25}},
    )  # fmt: skip
    write_notes(figure, ({"x": columns[c], "y": rows[r], "text": texts[r][c]} for r, c in places))
    styled(figure, _CELL * len(rows) + 56)
    figure.update_xaxes(showgrid=False, ticks="", side="top", categoryorder="array", categoryarray=columns)
    figure.update_yaxes(showgrid=False, ticks="", ticksuffix="  ", autorange="reversed")
    return figure.update_layout(margin={"t": 44, "b": 8, "l": 8, "r": 8, "pad": 0})


def _bits(label: str) -> str:
    """Return what is said of a mark at the place of a number of bits."""
    return f"{label} {say('{bits} bits', bits='%{x:.3f}')}<extra></extra>"


def _number(value: float, unit: str) -> str:
    return f"{value:.0%}" if unit == "share" else _signed(value)


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def _or_dash(value: float) -> str:
    return "–" if np.isnan(value) else _signed(value)
