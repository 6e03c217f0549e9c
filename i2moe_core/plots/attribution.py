"""What counts for and against as bars: one part over all experts, an array's parts, each input's share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from i2moe_core.explain.numbers import signed
from i2moe_core.explain.palette import input_label
from i2moe_core.language import say
from i2moe_core.plots.diverging import sign_colour
from i2moe_core.plots.palette import INK, expert_colours
from i2moe_core.plots.style import as_percent, empty_figure, horizontal, safe_labels, styled
from i2moe_core.types import UNIQUE

WEAK = 0.05  # a sum below this share of the largest one is hardly anything


def plot_part(labels: Sequence[str], values: np.ndarray, limit: float) -> go.Figure:
    """Draw one part's number (T,) for each of T wishes, on the scale of the maps."""
    if len(labels) == 0:
        return empty_figure()
    values = np.nan_to_num(np.asarray(values, dtype=float))
    figure = go.Figure(
        go.Bar(
            x=values,
            y=safe_labels(labels, limit=34),
            orientation="h",
            marker_color=[sign_colour(value) for value in values],
            text=[signed(float(value), 3) for value in values],
            textposition="outside",
            cliponaxis=False,
            hoverinfo="skip",
        )
    )
    horizontal(figure, len(labels), extra=10)
    figure.update_layout(height=30 * len(labels) + 36)
    reach = 1.35 * max(limit, float(np.abs(values).max()), 1e-9)
    figure.update_xaxes(range=[-reach, reach], nticks=5)
    return figure.add_vline(x=0, line={"color": INK, "width": 1})


def plot_cells(
    values: np.ndarray,
    labels: Sequence[str],
    limit: float,
    ids: Sequence[int] = (),
    picked: int | None = None,
) -> go.Figure:
    """Draw the numbers (F,) of an array's parts as bars, on a scale common to all panels."""
    if np.size(values) == 0:
        return empty_figure(say("This input has no parts."), 180)
    values = np.nan_to_num(np.asarray(values, dtype=float))
    ids = list(ids) or list(range(len(values)))
    texts = [f"{a}: {signed(float(b), 3)}" for a, b in zip(safe_labels(labels), values, strict=True)]
    figure = go.Figure(
        go.Bar(
            y=values,
            marker={
                "color": [sign_colour(value) for value in values],
                "line": {"color": INK, "width": [3 if n == picked else 0 for n in ids]},
            },
            customdata=ids,
            text=texts,
            textposition="none",
            hovertemplate="%{text}<extra></extra>",
        )
    )
    styled(figure, 180)
    figure.update_layout(margin={"l": 4, "r": 4, "t": 4, "b": 4}, bargap=0.15)
    figure.update_xaxes(visible=False)
    reach = 1.05 * limit if limit > 0 else 1.0
    figure.update_yaxes(range=[-reach, reach], nticks=5)
    return figure.add_hline(y=0, line={"color": INK, "width": 1})


def plot_input_shares(
    labels: Sequence[str], inputs: Sequence[str], shares: np.ndarray, totals: np.ndarray | None = None
) -> go.Figure:
    """Draw, for each of T wishes, how all that counts is divided among the M inputs; shares (T, M).

    totals: (T,), all that counts, by size; wishes that hardly anything moves are drawn pale.
    """
    if len(labels) == 0 or len(inputs) == 0:
        return empty_figure()
    shares = np.asarray(shares, dtype=float)
    strong = np.ones(len(shares), dtype=bool) if totals is None else totals >= WEAK * np.max(totals)
    colours = expert_colours([f"{UNIQUE}:{name}" for name in inputs])
    figure = go.Figure()
    told = safe_labels([input_label(name) for name in inputs])
    for m, (name, shown) in enumerate(zip(inputs, told, strict=True)):
        figure.add_bar(
            x=shares[:, m],
            y=safe_labels(labels, limit=34),
            orientation="h",
            name=shown,
            marker={"color": colours[f"{UNIQUE}:{name}"], "opacity": np.where(strong, 1.0, 0.35)},
            text=[f"{share:.0%}" if share >= 0.06 else "" for share in shares[:, m]],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            textfont={"color": "white"},
            hovertemplate=f"{shown}: %{{x:.1%}}<extra></extra>",
        )
    figure.update_layout(barmode="stack")
    horizontal(figure, len(labels), legend=True, extra=10)
    figure.update_layout(height=34 * len(labels) + 76, legend_traceorder="normal")
    return as_percent(figure).update_xaxes(range=[0, 1], nticks=5)
