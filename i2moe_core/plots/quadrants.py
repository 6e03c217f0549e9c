"""Agreeing or not by right or wrong, and which experts contradict which: tables that answer a click."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from i2moe_core.language import say
from i2moe_core.plots.palette import INK
from i2moe_core.plots.style import empty_figure, expert_columns, styled

GOOD, BAD = "rgba(78,154,81,", "rgba(207,75,68,"
AGREE, DISAGREE, RIGHT, WRONG = "agree", "disagree", "right", "wrong"


def plot_quadrants(counts: np.ndarray, height: int = 250) -> go.Figure:
    """Draw the four counts, (2, 2): agree and disagree by right and wrong; a click returns their names."""
    total = counts.sum() if counts.size else 0
    if not total:
        return empty_figure(say("Of no sample both are known."))
    figure = go.Figure()
    rows, columns = (AGREE, DISAGREE), (RIGHT, WRONG)
    for k, row in enumerate(rows):
        for j, column in enumerate(columns):
            share = counts[k, j] / total
            figure.add_shape(
                type="rect", x0=j - 0.48, x1=j + 0.48, y0=k - 0.46, y1=k + 0.46, line={"width": 0},
                fillcolor=f"{(GOOD, BAD)[j]}{0.10 + 0.45 * float(np.sqrt(share)):.2f})", layer="below",
            )  # fmt: skip
            figure.add_annotation(
                x=j, y=k, text=f"<b>{int(counts[k, j]):,}</b><br>{share:.1%}", showarrow=False,
                font={"size": 15},
            )  # fmt: skip
            _cover(figure, [j], [k], [[row, column]], 90)
    styled(figure, height)
    figure.update_xaxes(
        range=[-0.5, 1.5], tickvals=[0, 1], side="top", ticks="", showgrid=False,
        ticktext=[say("answer right"), say("answer wrong")],
    )  # fmt: skip
    figure.update_yaxes(
        range=[1.5, -0.5], tickvals=[0, 1], ticks="", showgrid=False,
        ticktext=[f"{label}  " for label in (say("all experts agree"), say("they disagree"))],
    )  # fmt: skip
    return figure.update_layout(margin={"t": 36, "b": 4})


def plot_contradictions(names: Sequence[str], differ: np.ndarray) -> go.Figure:
    """Draw how often each two experts answer differently, (E, E); a click returns the two names."""
    count = len(names)
    if count < 2:
        return empty_figure(say("There is no second expert to contradict."))
    labels = expert_columns(names)
    cells = [(k, j) for k in range(1, count) for j in range(k) if np.isfinite(differ[k, j])]
    top = max([float(differ[k, j]) for k, j in cells], default=0.0) or 1.0
    figure = go.Figure()
    for k, j in cells:
        tint = 0.05 + 0.45 * float(differ[k, j]) / top
        figure.add_shape(
            type="rect", x0=j - 0.48, x1=j + 0.48, y0=k - 0.46, y1=k + 0.46, line={"width": 0},
            fillcolor=f"rgba(115,123,140,{tint:.2f})", layer="below",
        )  # fmt: skip
        figure.add_annotation(x=j, y=k, text=f"<b>{differ[k, j]:.0%}</b>", showarrow=False)
    _cover(figure, [j for _, j in cells], [k for k, _ in cells], [[names[k], names[j]] for k, j in cells], 46)
    styled(figure, min(54 * (count - 1) + 44, 420))
    figure.update_xaxes(
        range=[-0.5, count - 1.5], tickvals=list(range(count - 1)), ticktext=labels[:-1], ticks="",
        showgrid=False,
    )  # fmt: skip
    return figure.update_yaxes(
        range=[count - 0.5, 0.5], tickvals=list(range(1, count)),
        ticktext=[f"{label}  " for label in labels[1:]], ticks="", showgrid=False,
    )  # fmt: skip


def _cover(figure: go.Figure, x: list[int], y: list[int], data: list[list[str]], size: int) -> None:
    """Lay marks that are hardly seen over cells, for shapes and heat maps answer no click."""
    figure.add_scatter(
        x=x, y=y, customdata=data, mode="markers", showlegend=False,
        marker={"symbol": "square", "size": size, "color": INK, "opacity": 0.002},
        hovertemplate=say("click to see these samples") + "<extra></extra>",
        unselected={"marker": {"opacity": 0.002}}, selected={"marker": {"opacity": 0.2}},
    )  # fmt: skip
