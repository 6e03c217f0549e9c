"""What all figures share: transparent ground, calm axes, moderate height, and what an empty figure says.

Fonts and text colours are left to the page's theme, so that light and dark both work.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from i2moe_core.expert_set import read_name
from i2moe_core.language import say
from i2moe_core.plots.palette import FAINT, INK, expert_label

ROW = 44  # pixels of a row in a figure of horizontal bars
CONFIG: dict[str, Any] = {
    "modeBarButtons": [["toImage"]],
    "displaylogo": False,
    "scrollZoom": False,
    "doubleClick": False,
}


def styled(figure: go.Figure, height: int, legend: bool = False) -> go.Figure:
    """Give a figure the common look; returns the same figure."""
    figure.update_layout(
        height=height,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        margin={"l": 8, "r": 16, "t": 34 if legend else 10, "b": 26},
        showlegend=legend,
        legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "title": None},
        dragmode=False,
        bargap=0.35,
        hoverlabel={"align": "left"},
    )
    figure.update_xaxes(gridcolor=FAINT, zeroline=False, fixedrange=True, automargin=True)
    figure.update_yaxes(gridcolor=FAINT, zeroline=False, fixedrange=True, automargin=True)
    return figure


def empty_figure(words: str | None = None, height: int = 160) -> go.Figure:
    """Return a figure without axes that says why it is empty."""
    figure = styled(go.Figure(), height)
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    text = escape(say("Nothing to draw yet.") if words is None else words)
    figure.add_annotation(text=text, showarrow=False, x=0.5, y=0.5, xref="paper", yref="paper")
    return figure


def safe_labels(labels: Sequence[str], limit: int = 28) -> list[str]:
    """Return labels cut to ``limit`` characters and escaped, distinct from each other.

    Class names come from files; plotly reads a small HTML in labels.
    """
    cut = [label if len(label) <= limit else label[: limit - 1] + "…" for label in map(str, labels)]
    seen: dict[str, int] = {}
    out = []
    for label in cut:
        seen[label] = seen.get(label, 0) + 1
        out.append(escape(label) + (f" ({seen[label]})" if seen[label] > 1 else ""))
    return out


def expert_columns(names: Sequence[str]) -> list[str]:
    """Return the experts' labels above a table's columns: short, but so that experts of pairs stay apart."""
    several = any(len(read_name(name).modalities) > 1 for name in names)
    return safe_labels([expert_label(name) for name in names], limit=28 if several else 16)


def horizontal(figure: go.Figure, rows: int, legend: bool = False, extra: int = 40) -> go.Figure:
    """Style a figure whose rows read from top to bottom, without lines between the rows."""
    styled(figure, max(1, rows) * ROW + extra + (28 if legend else 0), legend)
    figure.update_yaxes(autorange="reversed", showgrid=False, ticksuffix="  ")
    return figure


def as_percent(figure: go.Figure, upper: float = 1.0) -> go.Figure:
    """Make the x axis a share from 0 to ``upper``, with room for labels beyond the longest bar."""
    figure.update_xaxes(range=[0, upper * 1.12], tickformat=".0%", nticks=6)
    return figure


def legend_entry(figure: go.Figure, name: str, symbol: str, size: int = 12, line: int = 1) -> None:
    """Name a kind of mark in the legend, in ink: a colour would mean one expert."""
    marker = {"symbol": symbol, "size": size, "color": INK, "line": {"width": line, "color": INK}}
    figure.add_scatter(x=[None], y=[None], mode="markers", name=name, marker=marker, hoverinfo="skip")


def interval_bars(rows: pd.DataFrame) -> dict[str, Any]:
    """Return the error bars of rows ``value low high``, without caps."""
    array, arrayminus = rows["high"] - rows["value"], rows["value"] - rows["low"]
    return {"array": array, "arrayminus": arrayminus, "color": INK, "thickness": 1.5, "width": 0}


def write_notes(figure: go.Figure, notes: Iterable[Mapping[str, Any]]) -> None:
    """Write texts without arrows on a figure, all at once: added one by one, each has all others checked."""
    written = [{"showarrow": False, **note} for note in notes]
    figure.layout.annotations = [*figure.layout.annotations, *written]


def end_column(figure: go.Figure, rows: Sequence[Any], texts: Sequence[str], width: int) -> None:
    """Write one text a row at the right edge, clear of bars and marks; ``width`` pixels are kept free."""
    place = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 6, "align": "left"}
    write_notes(figure, ({"y": row, "text": text} | place for row, text in zip(rows, texts, strict=True)))
    figure.update_layout(margin_r=width)
