"""A sum that closes: one step per expert, up or down, from nothing to the total."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from i2moe_core.explain.numbers import digits_for, signed
from i2moe_core.plots.palette import FAINT, INK, expert_colours, expert_label
from i2moe_core.plots.style import empty_figure, horizontal, safe_labels, write_notes


def plot_waterfall(
    names: Sequence[str],
    parts: np.ndarray,
    total_label: str,
    unit: str = "",
    labels: Sequence[str] | None = None,
) -> go.Figure:
    """Draw the running sum of ``parts`` (E,), one row per expert, and the total in the last row.

    labels: what the experts are called; by default their plain names.
    """
    if len(names) == 0:
        return empty_figure()
    parts = np.asarray(parts, dtype=float)
    ends = np.cumsum(parts)
    starts = ends - parts
    colours = expert_colours(names)
    said = [expert_label(name) for name in names] if labels is None else labels
    rows = [*safe_labels(said), safe_labels([total_label], limit=40)[0]]
    figure = go.Figure(
        go.Bar(
            base=[*starts, 0.0],
            x=[*parts, float(ends[-1])],
            y=rows,
            orientation="h",
            marker_color=[*(colours[name] for name in names), INK],
            hovertemplate="%{y}: %{x:+.4f}" + unit + "<extra></extra>",
        )
    )
    _write_numbers(figure, rows, [*parts, float(ends[-1])], [*np.maximum(starts, ends), max(0.0, ends[-1])])
    _join_steps(figure, ends)
    horizontal(figure, len(rows), extra=36)
    return _with_room(figure, starts, ends)


def _write_numbers(
    figure: go.Figure, labels: Sequence[str], values: Sequence[float], at: Sequence[float]
) -> None:
    digits, place = digits_for(values), {"xanchor": "left", "xshift": 6}
    rows = zip(labels, values, at, strict=True)
    write_notes(figure, ({"x": x, "y": name, "text": signed(v, digits)} | place for name, v, x in rows))


def _join_steps(figure: go.Figure, ends: np.ndarray) -> None:
    for row, x in enumerate(ends):
        figure.add_shape(
            type="line", x0=x, x1=x, y0=row, y1=row + 1, line={"color": FAINT, "width": 1.5}, layer="below"
        )


def _with_room(figure: go.Figure, starts: np.ndarray, ends: np.ndarray) -> go.Figure:
    low, high = min(0.0, starts.min(), ends.min()), max(0.0, starts.max(), ends.max())
    span = max(high - low, 1e-6)
    figure.update_xaxes(range=[low - 0.06 * span, high + 0.2 * span], nticks=6)
    figure.add_vline(x=0, line={"color": INK, "width": 1})
    return figure
