"""Do the losses pull the same way? The cosines between their gradients as a table of tinted cells."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from i2moe_core.plots.palette import INK
from i2moe_core.plots.style import empty_figure, safe_labels, styled

_ALIKE, _AGAINST = "rgba(78,154,81,", "rgba(207,75,68,"
_NEUTRAL, _NONE = "rgba(115,123,140,", 0.005  # what rounds to 0.00 leans to no side
_CELL = 44  # pixels


def plot_conflict(labels: Sequence[str], cosines: np.ndarray, notes: np.ndarray | None = None) -> go.Figure:
    """Draw the cosine of each two losses, (L, L), below the diagonal: red pulls apart, green along.

    notes: (L, L) what is said of a cell where the pointer is. NaN cells stay empty.
    """
    count = len(labels)
    known = np.isfinite(cosines) & np.tri(count, k=-1, dtype=bool) if count > 1 else np.zeros((0, 0), bool)
    if not known.any():
        return empty_figure("No two losses meet here.", height=120)
    named, figure = safe_labels(labels, limit=14), go.Figure()
    for k, j in np.argwhere(known):
        value = float(cosines[k, j])
        ground = _NEUTRAL if abs(value) < _NONE else _ALIKE if value > 0 else _AGAINST
        figure.add_shape(
            type="rect", x0=j - 0.48, x1=j + 0.48, y0=k - 0.46, y1=k + 0.46, line={"width": 0},
            fillcolor=f"{ground}{0.03 + 0.5 * abs(value):.2f})", layer="below",
        )  # fmt: skip
        text = _signed(value)
        figure.add_annotation(
            x=j, y=k, text=text if abs(value) < _NONE else f"<b>{text}</b>", showarrow=False
        )
    _cover(figure, np.argwhere(known), notes, named)
    styled(figure, min(_CELL * (count - 1) + 84, 420))
    figure.update_xaxes(
        range=[-0.5, count - 1.5], tickvals=list(range(count - 1)), ticktext=named[:-1], showgrid=False,
        tickangle=-40,
    )  # fmt: skip
    figure.update_yaxes(
        range=[count - 0.5, 0.5], tickvals=list(range(1, count)),
        ticktext=[f"{label}  " for label in named[1:]], showgrid=False,
    )  # fmt: skip
    return figure.update_layout(margin={"t": 6, "b": 70})


def _cover(figure: go.Figure, places: np.ndarray, notes: np.ndarray | None, named: list[str]) -> None:
    """Lay marks that are hardly seen over the cells, for shapes do not answer the pointer."""
    said = "" if notes is None else ": "
    texts = [
        f"{named[k]} and {named[j]}{said}" + ("" if notes is None else safe_labels([notes[k, j]], 80)[0])
        for k, j in places
    ]
    figure.add_scatter(
        x=places[:, 1], y=places[:, 0], mode="markers", showlegend=False, text=texts,
        marker={"symbol": "square", "size": 34, "color": INK, "opacity": 0.01},
        hovertemplate="%{text}<extra></extra>",
    )  # fmt: skip


def _signed(value: float) -> str:
    text = f"{abs(value):.2f}"
    return text if float(text) == 0 else ("−" if value < 0 else "+") + text
