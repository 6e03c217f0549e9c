"""Two answers as arrows on a circle with the step that a loss asks for, and the losses over all angles."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from i2moe_core.plots.palette import FAINT, INK
from i2moe_core.plots.style import empty_figure, safe_labels, styled

_DASHES = ("solid", "dash", "dot", "dashdot")


def plot_circle(degrees: float, step: float, colour: str, labels: Sequence[str]) -> go.Figure:
    """Draw the full pass at 0 degrees, the other pass at ``degrees``, and the other's step along the circle.

    step: minus the slope of the loss, radians; labels: of the two arrows.
    """
    figure = styled(go.Figure(), 330)
    turn = np.linspace(0, 2 * np.pi, 121)
    figure.add_scatter(x=np.cos(turn), y=np.sin(turn), mode="lines", line={"color": FAINT, "width": 2},
                       hoverinfo="skip")  # fmt: skip
    angle = np.radians(degrees)
    tip = np.array([np.cos(angle), np.sin(angle)])
    centre, start = np.zeros(2), np.array([1.0, 0.0])
    for end, shade, label in zip((start, tip), (INK, colour), safe_labels(labels), strict=True):
        _arrow(figure, centre, end, shade, 4)
        # On the left the words would leave the figure: they stand above or below their arrow.
        figure.add_scatter(
            x=[1.22 * end[0]], y=[1.16 * end[1] + (0.12 if end[1] >= 0 else -0.12)], mode="text",
            text=[f"<b>{label}</b>"], hoverinfo="skip",
        )  # fmt: skip
    if abs(step) > 1e-3:
        tangent = np.array([-np.sin(angle), np.cos(angle)])
        _arrow(figure, tip, tip + 0.5 * step * tangent, INK, 3)
    figure.update_layout(margin={"l": 6, "r": 6, "t": 6, "b": 6})
    figure.update_xaxes(range=[-1.75, 1.75], visible=False, constrain="domain")
    return figure.update_yaxes(range=[-1.5, 1.5], visible=False, scaleanchor="x")


def plot_angle_losses(
    angles: np.ndarray,
    curves: np.ndarray,
    names: Sequence[str],
    degrees: float,
    colour: str,
    axes: Sequence[str],
) -> go.Figure:
    """Draw losses (L, N) over angles (N,) in degrees, with a mark at ``degrees``; axes: titles of x and y."""
    if len(curves) == 0:
        return empty_figure()
    figure = styled(go.Figure(), 330, legend=True)
    for number, (curve, name) in enumerate(zip(curves, safe_labels(names, 60), strict=True)):
        line = {"color": colour if number == 0 else INK, "dash": _DASHES[number % len(_DASHES)], "width": 2.5}
        figure.add_scatter(x=angles, y=curve, mode="lines", name=name, line=line,
                           hovertemplate=f"{name}: %{{y:.3f}}<extra></extra>")  # fmt: skip
        dot = {"x": [degrees], "y": [np.interp(degrees, angles, curve)], "marker_color": line["color"]}
        figure.add_scatter(**dot, mode="markers", marker_size=11, showlegend=False, hoverinfo="skip")
    figure.add_vline(x=degrees, line={"color": INK, "width": 1, "dash": "dot"})
    figure.update_layout(margin={"b": 46, "t": 24 + 20 * len(curves)}, legend={"orientation": "v"})
    figure.update_xaxes(title=axes[0], tickvals=[0, 45, 90, 135, 180])
    return figure.update_yaxes(title=axes[1])


def _arrow(figure: go.Figure, start: np.ndarray, end: np.ndarray, colour: str, width: int) -> None:
    figure.add_annotation(
        x=end[0], y=end[1], ax=start[0], ay=start[1], xref="x", yref="y", axref="x", ayref="y", text="",
        showarrow=True, arrowhead=2, arrowsize=1, arrowwidth=width, arrowcolor=colour,
    )  # fmt: skip
