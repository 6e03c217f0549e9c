"""The playground's pictures: answers over the plane of two inputs, weights by true type, the course so far.

Drawn again several times a second. Sizes, axes and the number of traces stay the same, so that only colours
move; what stays is laid out once and kept, because most of a figure's cost is plotly's checking of it. All
words come ready from the page. A surface is orange where the second class is likely, violet where the first
is, and clear in between, so that it works on light and dark pages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from PIL.ImageColor import getrgb

from i2moe_core.plots.palette import DARK_PAGE, DOWN, INK, UP
from i2moe_core.plots.style import safe_labels, styled, write_notes

SURFACE = [[0.0, DOWN], [0.5, "rgba(125, 132, 145, 0.06)"], [1.0, UP]]
SYMBOLS = ("circle-open", "cross-thin-open")  # of the first and the second class: told apart without colour
DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
Axes = tuple[np.ndarray, np.ndarray]
Spans = tuple[tuple[float, float], tuple[float, float]]
_GAP = 0.1  # between the experts' panels, of the figure's width
_TITLE = 0.11  # of the figure's height, above each panel


def plot_plane(
    surface: np.ndarray, axes: Axes, points: pd.DataFrame, names: tuple[str, str], classes: tuple[str, str],
    hover: str, height: int = 380,
) -> go.Figure:  # fmt: skip
    """Draw the mixture's answer over the plane, with samples.

    surface: (G, G), the probability of the second class, rows by the second input. axes: its places.
    points: ``x1 x2 label`` (0 or 1). names: of the inputs. classes: of the labels. hover: of a place, with
    "%{x}", "%{y}" and "%{z}".
    """
    traces = [_heat(surface, axes, hover)]
    for label, (name, symbol) in enumerate(zip(safe_labels(classes), SYMBOLS, strict=True)):
        own = points[points["label"] == label]
        traces.append({
            "type": "scatter", "x": own["x1"].to_numpy(), "y": own["x2"].to_numpy(), "mode": "markers",
            "name": name, "hoverinfo": "skip",
            "marker": {"symbol": symbol, "size": 8, "color": INK, "line": {"width": 1.8, "color": INK}},
        })  # fmt: skip
    return go.Figure(traces, _plane_layout(names, _spans(axes), height))


@lru_cache(maxsize=32)
def _plane_layout(names: tuple[str, str], spans: Spans, height: int) -> Any:
    figure = styled(go.Figure(), height, legend=True)
    figure.update_xaxes(title=names[0], range=spans[0], showgrid=False, nticks=5)
    figure.update_yaxes(title=names[1], range=spans[1], showgrid=False, nticks=5)
    return _kept(figure.update_layout(margin={"b": 44}))


def plot_experts(
    surfaces: np.ndarray, axes: Axes, titles: Sequence[str], colours: Sequence[str], hover: str,
    height: int = 380,
) -> go.Figure:  # fmt: skip
    """Draw each expert's own answer over the plane, (E, G, G), two panels a row, its colour around it."""
    traces = [
        _heat(surface, axes, hover, f"x{number or ''}", f"y{number or ''}")
        for surface, number in zip(surfaces, (0, *range(2, len(surfaces) + 1)), strict=True)
    ]
    return go.Figure(traces, _panels_layout(tuple(titles), tuple(colours), _spans(axes), height))


@lru_cache(maxsize=32)
def _panels_layout(titles: tuple[str, ...], colours: tuple[str, ...], spans: Spans, height: int) -> Any:
    figure, rows = styled(go.Figure(), height), -(-len(titles) // 2)
    notes, frames = [], []
    for number, title in enumerate(safe_labels(titles)):
        place, (row, column) = "" if number == 0 else str(number + 1), divmod(number, 2)
        left, top = column * (0.5 + _GAP / 2), 1 - row / rows
        across, down = (left, left + 0.5 - _GAP / 2), (top - 1 / rows + 0.01, top - _TITLE)
        bare = {"visible": False, "fixedrange": True}
        figure.layout[f"xaxis{place}"] = bare | {"domain": across, "anchor": f"y{place}", "range": spans[0]}
        figure.layout[f"yaxis{place}"] = bare | {"domain": down, "anchor": f"x{place}", "range": spans[1]}
        ends = {"x0": across[0], "x1": across[1], "y0": down[0], "y1": down[1]}
        line = {"color": colours[number], "width": 3}
        frames.append(ends | {"type": "rect", "xref": "paper", "yref": "paper", "line": line})
        notes.append({
            "x": left, "y": down[1], "xref": "paper", "yref": "paper", "xanchor": "left",
            "yanchor": "bottom", "yshift": 3, "text": title,
        })  # fmt: skip
    write_notes(figure, notes)
    return _kept(figure.update_layout(shapes=frames, margin={"l": 6, "r": 6, "t": 4, "b": 8}))


def plot_type_weights(
    weights: np.ndarray, rows: Sequence[str], experts: Sequence[str], colours: Sequence[str], hover: str
) -> go.Figure:
    """Draw one bar per true type, (K, E): how the gate shares it out among the experts (rows sum to 1).

    A row of NaN has no bar. hover: with "{expert}" for the expert's name and "%{x}" for its weight.
    """
    labels = safe_labels(rows)
    traces = [
        {
            "type": "bar", "x": np.nan_to_num(column), "y": labels, "orientation": "h", "name": name,
            "marker": {"color": colour}, "text": ["" if not v >= 0.12 else f"{v:.0%}" for v in column],
            "textposition": "inside", "insidetextanchor": "middle",
            "insidetextfont": {"color": _readable_on(colour)},
            "hovertemplate": hover.format(expert=name) + "<extra></extra>",
        }
        for name, colour, column in zip(safe_labels(experts), colours, weights.T, strict=True)
    ]  # fmt: skip
    return go.Figure(traces, _bars_layout(len(labels)))


@lru_cache(maxsize=8)
def _bars_layout(rows: int) -> Any:
    figure = styled(go.Figure(), 44 * max(1, rows) + 74, legend=True)
    figure.update_layout(barmode="stack", bargap=0.25, legend={"traceorder": "normal"})
    figure.update_xaxes(range=[0, 1], tickformat=".0%", nticks=5)
    return _kept(figure.update_yaxes(autorange="reversed", showgrid=False, ticksuffix="  "))


def plot_progress(
    lines: pd.DataFrame, labels: Mapping[str, str], colours: Mapping[str, str], span: int, step: str,
    percent: bool = True, height: int = 250,
) -> go.Figure:  # fmt: skip
    """Draw lines over the steps.

    lines: ``name step value``. labels, colours: of the names; those without a colour are ink, dashed in turn.
    span: the last step that the axis has room for. step: the word under it. percent: values are shares; of
    losses only those in ink stand in the legend, colours are known.
    """
    plain = [name for name in labels if name not in colours]
    form, traces = ".0%" if percent else ".3g", []
    for name, shown in zip(labels, safe_labels(list(labels.values()), limit=40), strict=True):
        own = lines[lines["name"] == name]
        dash = DASHES[plain.index(name) % len(DASHES)] if name in plain else "solid"
        traces.append({
            "type": "scatter", "x": own["step"].to_numpy(int), "y": own["value"].to_numpy(float),
            "name": shown, "mode": "lines", "showlegend": percent or name in plain,
            "line": {"color": colours.get(name, INK), "width": 2.5, "dash": dash},
            "hovertemplate": f"{shown}, {step} %{{x}}: %{{y:{form}}}<extra></extra>",
        })  # fmt: skip
    return go.Figure(traces, _course_layout(max(span, 1), step, percent, height))


@lru_cache(maxsize=32)
def _course_layout(span: int, step: str, percent: bool, height: int) -> Any:
    figure = styled(go.Figure(), height, legend=True)
    figure.update_xaxes(range=[0, span], title=step, nticks=6)
    scale: dict[str, Any] = {"range": [0, 1.04], "tickformat": ".0%"} if percent else {"rangemode": "tozero"}
    return _kept(figure.update_yaxes(nticks=5, **scale).update_layout(margin={"b": 40}))


def _heat(surface: np.ndarray, axes: Axes, hover: str, x: str = "x", y: str = "y") -> dict[str, Any]:
    return {
        "type": "heatmap", "z": surface.astype(np.float32), "x": axes[0], "y": axes[1], "zmin": 0, "zmax": 1,
        "colorscale": SURFACE, "showscale": False, "xaxis": x, "yaxis": y, "zsmooth": "fast",
        "hovertemplate": hover + "<extra></extra>",
    }  # fmt: skip


def _spans(axes: Axes) -> Spans:
    first, second = ((float(axis[0]), float(axis[-1])) for axis in axes)
    return first, second


def _readable_on(colour: str) -> str:
    """Return white or the dark page's ground, whichever reads better on ``colour`` (WCAG 2 luminance)."""
    parts = [value / 255 for value in getrgb(colour)[:3]]
    light = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
    luminance = 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2]
    return "white" if 1.05 / (luminance + 0.05) >= 4.5 else DARK_PAGE


def _kept(figure: go.Figure) -> Any:
    """Return the layout as plain values; the template too, which a new figure brings by itself."""
    return {key: part for key, part in figure.layout.to_plotly_json().items() if key != "template"}
