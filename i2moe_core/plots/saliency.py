"""A picture under a map of numbers: one figure a panel, all on one scale, each part ready to be clicked."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from PIL import Image

from i2moe_core.explain.numbers import digits_for, signed
from i2moe_core.language import say
from i2moe_core.plots.diverging import AGAINST, FOR, overlay
from i2moe_core.plots.style import empty_figure, safe_labels, styled

SIDE = 164  # pixels of a panel's height
SHARP = 352  # pixels that small pictures are enlarged to, so that browsers do not blur them


@dataclass(frozen=True)
class Parts:
    """The parts of a picture that answer to the mouse.

    places: top, left, bottom, right of each. numbers, labels: what is told of it. ids: what a click returns.
    """

    places: Sequence[tuple[int, ...]] = ()
    numbers: Sequence[float] = ()
    labels: Sequence[str] = ()
    ids: Sequence[int] = ()


def plot_saliency(
    pixels: np.ndarray,
    values: np.ndarray,
    limit: float,
    parts: Parts | None = None,
    picked: int | None = None,
    opacity: float = 0.8,
    threshold: float = 0.0,
    grey: bool = True,
) -> go.Figure:
    """Draw a map over its picture.

    Args:
        pixels: (S, S, 3) uint8, as the model sees them.
        values: (S, S), positive for, negative against, nan for unknown.
        limit: the size that gets the full colour, common to all panels.
        parts: what answers to the mouse.
        picked: the id of the part to be framed.
        opacity: of the strongest colour.
        threshold: numbers of smaller size are left out.
        grey: whether the picture is drawn in greys, so that all colour is the map's.
    """
    if pixels.size == 0 or np.size(values) == 0:
        return empty_figure(say("There is no map to draw."), SIDE)
    figure = picture_panel(overlay(pixels, values, limit, opacity, threshold, grey))
    parts = parts or Parts()
    if len(parts.ids):
        _add_parts(figure, parts)
    if picked is not None and picked in parts.ids:
        top, left, bottom, right = parts.places[list(parts.ids).index(picked)]
        for colour, width in (("white", 4), ("black", 2)):
            line = {"color": colour, "width": width}
            figure.add_shape(type="rect", x0=left, x1=right, y0=top, y1=bottom, line=line)
    return figure


def plot_scale(limit: float) -> go.Figure:
    """Draw the scale that all panels share: from against to for."""
    if limit <= 0:
        return empty_figure(say("Nothing here counts for or against."), 60)
    strength = np.linspace(-1, 1, 61)
    colours = [[0, AGAINST], [0.5, "rgba(128,128,128,0.06)"], [1, FOR]]
    figure = go.Figure(go.Heatmap(z=[strength], x=strength * limit, showscale=False, colorscale=colours,
                                  zmin=-1, zmax=1, hoverinfo="skip"))  # fmt: skip
    styled(figure, 52)
    figure.update_layout(margin={"l": 62, "r": 34, "t": 4, "b": 28})
    ticks = [-limit, -limit / 2, 0, limit / 2, limit]
    digits = digits_for([limit])
    figure.update_xaxes(tickvals=ticks, ticktext=[signed(tick, digits) for tick in ticks], showgrid=False,
                        tickangle=0)  # fmt: skip
    for x, side, word in ((0, "right", say("against")), (1, "left", say("for"))):
        shift = -8 if side == "right" else 8
        figure.add_annotation(
            x=x, y=0.5, xref="paper", yref="paper", xanchor=side, text=word, showarrow=False, xshift=shift
        )
    return figure.update_yaxes(visible=False)


def picture_panel(pixels: np.ndarray, side: int = SIDE) -> go.Figure:
    """Draw a picture (S, S, 3) uint8 that fills a figure of ``side`` pixels, its axes counting its pixels."""
    height, width = pixels.shape[:2]
    figure = styled(go.Figure(), side)
    figure.add_layout_image(source=data_uri(pixels), xref="x", yref="y", x=0, y=0, sizex=width, sizey=height,
                            sizing="stretch", layer="below")  # fmt: skip
    figure.update_layout(margin={"l": 0, "r": 0, "t": 0, "b": 0}, hovermode="closest", hoverdistance=40)
    figure.update_xaxes(visible=False, range=[0, width], constrain="domain")
    figure.update_yaxes(
        visible=False, range=[height, 0], scaleanchor="x", constrain="domain", constraintoward="top"
    )
    return figure


def _add_parts(figure: go.Figure, parts: Parts) -> None:
    box = np.asarray(parts.places, dtype=float)
    unseen = {"marker": {"opacity": 0.01}}  # a heatmap would not answer a click; marks do
    told = zip(safe_labels(parts.labels), parts.numbers, strict=True)
    figure.add_scatter(
        x=(box[:, 1] + box[:, 3]) / 2,
        y=(box[:, 0] + box[:, 2]) / 2,
        mode="markers",
        marker={"symbol": "square", "size": 16, "opacity": 0.01},
        selected=unseen,
        unselected=unseen,
        customdata=list(parts.ids),
        text=[f"{label}: {signed(float(number), 3)}" for label, number in told],
        hovertemplate="%{text}<extra></extra>",
    )


def data_uri(pixels: np.ndarray) -> str:
    """Return pixels (H, W, 3) as the address of a picture that needs no server; small ones are enlarged."""
    times = max(1, SHARP // max(pixels.shape[:2]))
    large = pixels.repeat(times, axis=0).repeat(times, axis=1)
    buffer = io.BytesIO()
    Image.fromarray(large).save(buffer, format="PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
