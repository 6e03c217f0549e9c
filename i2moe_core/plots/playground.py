"""The playground's pictures: answers over the plane of two inputs, weights by true type, the course so far.

Drawn again several times a second: sizes, axes and number of traces stay the same, so that only colours move.
All words come ready from the page. A surface is orange where the second class is likely, violet where the
first is, and clear in between, so that it works on light and dark pages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from i2moe_core.plots.palette import DOWN, INK, UP
from i2moe_core.plots.style import safe_labels, styled, write_notes

SURFACE = [[0.0, DOWN], [0.5, "rgba(125, 132, 145, 0.06)"], [1.0, UP]]
SYMBOLS = ("circle-open", "cross-thin-open")  # of the first and the second class: told apart without colour
_GAP = 0.1  # between the experts' panels, of the figure's width


def plot_plane(
    surface: np.ndarray,
    axes: tuple[np.ndarray, np.ndarray],
    points: pd.DataFrame,
    names: tuple[str, str],
    classes: tuple[str, str],
    hover: str,
    height: int = 380,
) -> go.Figure:
    """Draw the mixture's answer over the plane, with samples.

    surface: (G, G), the probability of the second class, rows by the second input. axes: its places.
    points: ``x1 x2 label`` (0 or 1). names: of the inputs. classes: of the labels. hover: "{names} %{z}".
    """
    figure = go.Figure(_heat(surface, axes, hover))
    for label, (name, symbol) in enumerate(zip(safe_labels(classes), SYMBOLS, strict=True)):
        own = points[points["label"] == label]
        figure.add_scatter(
            x=own["x1"].tolist(), y=own["x2"].tolist(), mode="markers", name=name, hoverinfo="skip",
            marker={"symbol": symbol, "size": 8, "color": INK, "line": {"width": 1.8, "color": INK}},
        )  # fmt: skip
    styled(figure, height, legend=True)
    figure.update_xaxes(title=names[0], range=[axes[0][0], axes[0][-1]], showgrid=False, nticks=5)
    figure.update_yaxes(title=names[1], range=[axes[1][0], axes[1][-1]], showgrid=False, nticks=5)
    return figure.update_layout(margin={"b": 44})


def plot_experts(
    surfaces: np.ndarray,
    axes: tuple[np.ndarray, np.ndarray],
    titles: Sequence[str],
    colours: Sequence[str],
    hover: str,
    height: int = 380,
) -> go.Figure:
    """Draw each expert's own answer over the plane, (E, G, G), two panels a row, its colour around it."""
    rows = -(-len(surfaces) // 2)
    figure = go.Figure()
    notes = []
    for number, (surface, title) in enumerate(zip(surfaces, safe_labels(titles), strict=True)):
        place = "" if number == 0 else str(number + 1)
        row, column = divmod(number, 2)
        left, top = column * (0.5 + _GAP / 2), 1 - row / rows
        right, low = left + 0.5 - _GAP / 2, top - 1 / rows
        figure.add_trace(_heat(surface, axes, hover, f"x{place}", f"y{place}"))
        frame = {"showline": True, "mirror": True, "linecolor": colours[number], "linewidth": 3}
        plain: dict[str, Any] = {"showticklabels": False, "showgrid": False} | frame
        figure.layout[f"xaxis{place}"] = plain | {"domain": [left, right], "anchor": f"y{place}"}
        figure.layout[f"yaxis{place}"] = plain | {
            "domain": [low + 0.01, top - 0.11], "anchor": f"x{place}",
        }  # fmt: skip
        notes.append({
            "x": left, "y": top - 0.1, "xref": "paper", "yref": "paper", "xanchor": "left",
            "yanchor": "bottom", "text": f'<span style="color:{colours[number]}">■</span> {title}',
        })  # fmt: skip
    styled(figure, height)
    write_notes(figure, notes)
    return figure.update_layout(margin={"l": 4, "r": 4, "t": 4, "b": 8})


def plot_type_weights(
    weights: np.ndarray, rows: Sequence[str], experts: Sequence[str], colours: Sequence[str], hover: str
) -> go.Figure:
    """Draw one bar per true type, (K, E): how the gate shares it out among the experts (rows sum to 1).

    hover: a sentence with "{expert}" for the expert's name and "%{x:.0%}" for its weight.
    """
    figure = go.Figure()
    labels = safe_labels(rows)
    for k, (name, colour) in enumerate(zip(safe_labels(experts), colours, strict=True)):
        column = [None if np.isnan(value) else float(value) for value in weights[:, k]]
        figure.add_bar(
            x=column, y=labels, orientation="h", name=name, marker={"color": colour},
            text=["" if value is None or value < 0.12 else f"{value:.0%}" for value in column],
            textposition="inside", insidetextanchor="middle", insidetextfont={"color": "white"},
            hovertemplate=hover.format(expert=name) + "<extra></extra>",
        )  # fmt: skip
    styled(figure, 44 * max(1, len(labels)) + 74, legend=True)
    figure.update_layout(barmode="stack", bargap=0.25, legend={"traceorder": "normal"})
    figure.update_xaxes(range=[0, 1], tickformat=".0%", nticks=5)
    return figure.update_yaxes(autorange="reversed", showgrid=False, ticksuffix="  ")


def plot_progress(
    lines: pd.DataFrame,
    labels: Mapping[str, str],
    colours: Mapping[str, str],
    span: int,
    step: str,
    level: tuple[float, str] | None = None,
    percent: bool = True,
    height: int = 250,
) -> go.Figure:
    """Draw lines over the steps; ``level`` is a height to compare them with and its name.

    lines: ``name step value``. labels, colours: of the names; those without a colour are ink, dashed in turn.
    span: the last step that the axis has room for. step: the word under it. percent: values are shares.
    """
    figure, dashes = go.Figure(), ("solid", "dash", "dot", "dashdot", "longdash")
    plain = [name for name in labels if name not in colours]
    shown = dict(zip(labels, safe_labels(list(labels.values()), limit=40), strict=True))
    form = ".0%" if percent else ".3g"
    for name in labels:
        own = lines[lines["name"] == name]
        dash = dashes[plain.index(name) % len(dashes)] if name in plain else "solid"
        figure.add_scatter(
            x=own["step"].tolist(), y=own["value"].tolist(), name=shown[name], mode="lines",
            line={"color": colours.get(name, INK), "width": 2.5, "dash": dash},
            hovertemplate=f"{shown[name]}, {step} %{{x}}: %{{y:{form}}}<extra></extra>",
        )  # fmt: skip
    styled(figure, height, legend=True)
    figure.update_xaxes(range=[0, max(span, 1)], title=step, nticks=6)
    if percent:
        figure.update_yaxes(range=[0, 1.04], tickformat=".0%", nticks=5)
    else:
        figure.update_yaxes(rangemode="tozero", nticks=5)
    if level is not None:
        figure.add_hline(y=level[0], line={"color": INK, "width": 1, "dash": "dot"})
        place = {"x": 0, "xref": "paper", "xanchor": "left", "y": level[0], "yanchor": "top"}
        write_notes(figure, [place | {"text": safe_labels([level[1]], limit=40)[0], "font": {"size": 12}}])
    return figure.update_layout(margin={"b": 40})


def _heat(
    surface: np.ndarray, axes: tuple[np.ndarray, np.ndarray], hover: str, x: str = "x", y: str = "y"
) -> go.Heatmap:
    return go.Heatmap(
        z=np.round(surface, 3).tolist(), x=np.round(axes[0], 3).tolist(), y=np.round(axes[1], 3).tolist(),
        zmin=0, zmax=1, colorscale=SURFACE, showscale=False, xaxis=x, yaxis=y, zsmooth="fast",
        hovertemplate=hover + "<extra></extra>",
    )  # fmt: skip
