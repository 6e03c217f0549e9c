"""A map of samples: one mark a sample, coloured by group or by number; what does not count is dimmed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from i2moe_core.language import say
from i2moe_core.plots.palette import INK
from i2moe_core.plots.style import empty_figure, safe_labels, styled

DIM = "rgba(125,132,145,0.16)"
RIGHT, WRONG = "#5E7FA8", "#CF4B44"
# Middling lightness throughout, so that no end fades into the light or the dark page.
RAMP = ("#4A5BC4", "#8B55C0", "#C2529B", "#DE6A6A", "#E38F45", "#D3B23C")
# Colours of classes, which are no experts.
CLASSES = (
    "#D6604D", "#4393A8", "#7A9A3A", "#9B6BB0", "#C99A2E", "#5B77C9", "#4E9C77", "#C76F9A", "#8A6D54",
    "#5FA8D3",
)  # fmt: skip
MOVE, BOX, LASSO = "pan", "select", "lasso"
LARGE = 20_000  # points from which marks are small


def group_colours(names: Sequence[str]) -> dict[str, str]:
    """Return a colour a group, in their order; those beyond the palette share the ink."""
    return {name: CLASSES[k] if k < len(CLASSES) else INK for k, name in enumerate(names)}


def plot_map(
    points: pd.DataFrame,
    colours: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
    title: str = "",
    picked: tuple[float, float] | None = None,
    region: np.ndarray | None = None,
    drag: str = MOVE,
    height: int = 420,
) -> go.Figure:
    """Draw the samples; a click on a mark returns its row in the table.

    points: ``x y place live`` and ``group`` (with ``colours``: its key -> colour, in the legend's order) or
    ``value``, whose name is ``title``. labels: a group's key -> its name, by default the key. What is not
    live is dimmed. picked: where the open sample lies. region: corners (R, 2) of the chosen part.
    """
    if points.empty:
        return empty_figure(say("No sample has a place on this map."))
    live = points["live"].to_numpy(dtype=bool)
    size = 4 if len(points) > LARGE else 6
    figure = go.Figure()
    _add(figure, points[~live], {"color": DIM, "size": size}, say("does not count"))
    if "value" in points:
        _add_values(figure, points[live], title, size)
    else:
        colours, labels = colours or {}, labels or {}
        names = safe_labels([labels.get(key, key) for key in colours], 22)
        for (key, colour), name in zip(colours.items(), names, strict=True):
            here = points[live & (points["group"] == key).to_numpy()]
            _add(figure, here, {"color": colour, "size": size}, name, in_legend=True)
    if region is not None and len(region):
        closed = np.concatenate([region, region[:1]])
        figure.add_scatter(
            x=closed[:, 0], y=closed[:, 1], mode="lines", line={"color": INK, "width": 2, "dash": "dot"},
            hoverinfo="skip", showlegend=False,
        )  # fmt: skip
    if picked is not None:
        _ring(figure, *picked)
    return _framed(figure, points, "value" not in points, drag, height)


def _add(
    figure: go.Figure, here: pd.DataFrame, marker: dict[str, object], name: str, in_legend: bool = False
) -> None:
    if here.empty:
        return
    figure.add_scattergl(
        x=here["x"].to_numpy(), y=here["y"].to_numpy(), customdata=here["place"].to_numpy(dtype=np.int32),
        mode="markers", marker=marker, name=name, showlegend=in_legend,
        hovertemplate="%{fullData.name}<extra></extra>",
        selected={"marker": {"opacity": 1}}, unselected={"marker": {"opacity": 1}},
    )  # fmt: skip


def _add_values(figure: go.Figure, here: pd.DataFrame, title: str, size: int) -> None:
    values = here["value"].to_numpy(dtype=np.float32)
    known = values[np.isfinite(values)]
    # A few extremes would leave one colour for all the others.
    low, high = np.quantile(known, [0.02, 0.98]) if len(known) else (0.0, 1.0)
    low, high = (float(low), float(high)) if high > low else (float(low) - 0.5, float(high) + 0.5)
    scale = [[k / (len(RAMP) - 1), colour] for k, colour in enumerate(RAMP)]
    name = safe_labels([title], 40)[0]
    bar = {
        "orientation": "h", "thickness": 10, "y": -0.02, "yanchor": "top", "len": 0.6, "outlinewidth": 0,
        "nticks": 5, "title": {"text": name, "side": "bottom"},
    }  # fmt: skip
    marker = {"color": values, "size": size, "cmin": low, "cmax": high, "colorscale": scale, "colorbar": bar}
    _add(figure, here, marker, name)
    if len(here):
        figure.data[-1].hovertemplate = "%{marker.color:.3g}<extra></extra>"


def _ring(figure: go.Figure, x: float, y: float) -> None:
    """Two rings, one of which shows on any ground."""
    for size, colour, width in ((19, "#14161B", 5), (19, "#FCFCFA", 2)):
        figure.add_scatter(
            x=[x], y=[y], mode="markers", hoverinfo="skip", showlegend=False,
            marker={"symbol": "circle-open", "size": size, "color": colour, "line": {"width": width}},
        )  # fmt: skip


def _framed(figure: go.Figure, points: pd.DataFrame, legend: bool, drag: str, height: int) -> go.Figure:
    styled(figure, height)
    figure.update_layout(
        modebar={"bgcolor": "rgba(0,0,0,0)", "color": INK, "activecolor": INK},
        showlegend=legend, dragmode=drag, uirevision="map", margin={"l": 4, "r": 4, "t": 4, "b": 8},
        legend={"y": -0.02, "yanchor": "top", "itemsizing": "constant"},
    )  # fmt: skip
    for axis, name in ((figure.update_xaxes, "x"), (figure.update_yaxes, "y")):
        low, high = float(points[name].min()), float(points[name].max())
        margin = 0.04 * (high - low) or 0.5
        axis(
            range=[low - margin, high + margin], fixedrange=False, showticklabels=False, showgrid=False,
            showline=True, mirror=True, linecolor="rgba(125,132,145,0.28)",
        )  # fmt: skip
    return figure
