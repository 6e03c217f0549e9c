"""Three answers in the plane with the steps that the triplet loss asks for; the margin is a ring."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from i2moe_core.plots.palette import FAINT, INK
from i2moe_core.plots.style import safe_labels, styled

REACH = 2.6  # of the plane to each side
GRID = np.round(np.arange(-2.0, 2.01, 0.25), 2)  # where a click can put a point
_STEP = 0.55  # length of an arrow of gradient 1
_SHAPES = ("circle", "circle", "x")


def plot_triplet(
    points: Sequence[np.ndarray],
    moves: Sequence[np.ndarray],
    labels: Sequence[str],
    colour: str,
    ring: float,
    clickable: bool = True,
) -> go.Figure:
    """Draw anchor, positive and negative (2,), each with an arrow along its step.

    ring: where the negative would have to be for no loss: distance to the positive plus the margin, around
    the anchor. clickable: lay a grid of places over the plane that a click returns, ``customdata`` (x, y).
    """
    figure = styled(go.Figure(), 380)
    figure.add_scatter(
        x=points[0][0] + ring * np.cos(_TURN), y=points[0][1] + ring * np.sin(_TURN), mode="lines",
        line={"color": INK, "dash": "dot", "width": 1.5}, hoverinfo="skip",
    )  # fmt: skip
    for other, dash in ((1, "solid"), (2, "dash")):
        line = {"color": FAINT, "width": 3, "dash": dash}
        ends = np.stack([points[0], points[other]])
        figure.add_scatter(x=ends[:, 0], y=ends[:, 1], mode="lines", line=line, hoverinfo="skip")
    if clickable:
        _add_places(figure)
    fills = (colour, "rgba(0,0,0,0)", INK)
    looks = zip(points, moves, safe_labels(labels), _SHAPES, fills, strict=True)
    for point, move, label, shape, fill in looks:
        _add_point(figure, point, label, shape, fill, colour, above=move[1] <= 0)
    for point, move in zip(points, moves, strict=True):
        if np.linalg.norm(move) > 1e-6:
            _add_arrow(figure, point, point + _STEP * np.asarray(move))
    figure.update_layout(margin={"l": 6, "r": 6, "t": 6, "b": 6}, hovermode="closest")
    hidden = {"range": [-REACH, REACH], "visible": False}
    figure.update_xaxes(**hidden, constrain="domain")
    return figure.update_yaxes(**hidden, scaleanchor="x")


_TURN = np.linspace(0, 2 * np.pi, 121)


def _add_point(
    figure: go.Figure, point: np.ndarray, label: str, shape: str, fill: str, colour: str, above: bool
) -> None:
    line = {"color": INK if shape == "x" else colour, "width": 3}
    figure.add_scatter(
        x=[point[0]], y=[point[1]], mode="markers+text", text=[f"<b>{label}</b>"],
        textposition="top center" if above else "bottom center",
        marker={"symbol": shape, "size": 17, "color": fill, "line": line}, hoverinfo="skip",
    )  # fmt: skip


def _add_arrow(figure: go.Figure, start: np.ndarray, end: np.ndarray) -> None:
    figure.add_annotation(
        x=end[0], y=end[1], ax=start[0], ay=start[1], xref="x", yref="y", axref="x", ayref="y", text="",
        showarrow=True, arrowhead=2, arrowsize=1.1, arrowwidth=3, arrowcolor=INK,
    )  # fmt: skip


def _add_places(figure: go.Figure) -> None:
    x, y = (axis.ravel() for axis in np.meshgrid(GRID, GRID))
    unseen = {"marker": {"opacity": 0.01}}
    figure.add_scatter(
        x=x, y=y, mode="markers", marker={"symbol": "square", "size": 14, "opacity": 0.01, "color": INK},
        selected=unseen, unselected=unseen, customdata=np.stack([x, y], 1).tolist(), hoverinfo="none",
    )  # fmt: skip
