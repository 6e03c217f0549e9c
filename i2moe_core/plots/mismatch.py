"""The mismatch probe: which expert notices that one input was swapped for another sample's."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from i2moe_core.language import say
from i2moe_core.plots.palette import INK, expert_colours, expert_label
from i2moe_core.plots.style import as_percent, empty_figure, horizontal, legend_entry, safe_labels


def plot_mismatch(
    names: Sequence[str],
    original: np.ndarray,
    swapped: np.ndarray,
    mixture: tuple[float, np.ndarray] | None = None,
    partners: Sequence[str] = (),
) -> go.Figure:
    """Draw, per expert, the probability of the first answer with each of the K partners.

    original: (E,), with the pair as given. swapped: (K, E). mixture: its own number and its K numbers.
    """
    if len(names) == 0 or swapped.size == 0:
        return empty_figure(say("There are no other samples to swap in."))
    colours = expert_colours(names)
    rows = [(expert_label(n), colours[n], float(original[e]), swapped[:, e]) for e, n in enumerate(names)]
    if mixture is not None:
        rows.append((say("Whole model"), INK, float(mixture[0]), np.asarray(mixture[1])))
    figure = go.Figure()
    for number, (_, colour, before, after) in enumerate(rows):
        _add_row(figure, number, colour, before, after, partners)
    for name, symbol, size in (
        (say("one partner"), "circle-open", 7),
        (say("mean of the partners"), "diamond", 12),
        (say("as given"), "circle", 13),
    ):
        legend_entry(figure, name, symbol, size)
    horizontal(figure, len(rows), legend=True, extra=44)
    labels = safe_labels([row[0] for row in rows])
    figure.update_yaxes(tickvals=list(range(len(rows))), ticktext=labels, range=[len(rows) - 0.4, -0.6])
    return as_percent(figure)


def _add_row(
    figure: go.Figure,
    row: int,
    colour: str,
    before: float,
    after: np.ndarray,
    partners: Sequence[str],
) -> None:
    spread = (np.arange(len(after)) % 5 - 2) * 0.075  # fixed, so that the figure is the same each time
    figure.add_shape(
        type="line",
        x0=before,
        x1=float(after.mean()),
        y0=row,
        y1=row,
        line={"color": colour, "width": 3},
        opacity=0.35,
    )
    figure.add_scatter(
        x=after,
        y=row + spread,
        mode="markers",
        showlegend=False,
        cliponaxis=False,
        marker={"size": 7, "color": colour, "opacity": 0.5},
        text=safe_labels(list(partners), limit=60) if len(partners) == len(after) else None,
        hovertemplate="%{text}<br>%{x:.1%}<extra></extra>" if partners else "%{x:.1%}<extra></extra>",
    )
    for name, x, symbol in (
        (say("mean of the partners"), float(after.mean()), "diamond"),
        (say("as given"), before, "circle"),
    ):
        figure.add_scatter(
            x=[x],
            y=[row],
            mode="markers",
            showlegend=False,
            cliponaxis=False,
            marker={"size": 14, "color": colour, "symbol": symbol, "line": {"color": "white", "width": 1}},
            hovertemplate=f"{name}: %{{x:.1%}}<extra></extra>",
        )
