"""Where the experts part ways: how far each pair of them is apart, and who pulls for which class."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from i2moe_core.language import say
from i2moe_core.plots.palette import INK, expert_colours, expert_label
from i2moe_core.plots.style import empty_figure, horizontal, safe_labels, styled, write_notes


def plot_pairwise(names: Sequence[str], distances: np.ndarray) -> go.Figure:
    """Draw the distance between each two experts' answers, (E, E) in [0, 1], as a table of tinted cells."""
    if len(names) == 0:
        return empty_figure()
    labels = safe_labels([expert_label(name) for name in names])
    lower = np.where(np.tri(len(names), k=-1, dtype=bool), distances, np.nan)[1:, :-1]
    figure = go.Figure(
        go.Heatmap(
            z=lower,
            x=labels[:-1],
            y=labels[1:],
            zmin=0,
            zmax=1,
            xgap=3,
            ygap=3,
            showscale=False,
            colorscale=[[0, "rgba(115,123,140,0.08)"], [1, "rgba(115,123,140,0.50)"]],
            hovertemplate=say("%{y} and %{x}: %{z:.3f}") + "<extra></extra>",
            hoverongaps=False,
        )
    )
    known = np.argwhere(~np.isnan(lower))
    write_notes(
        figure, ({"x": labels[j], "y": labels[k + 1], "text": f"<b>{lower[k, j]:.2f}</b>"} for k, j in known)
    )
    styled(figure, 54 * (len(names) - 1) + 40)
    figure.update_xaxes(showgrid=False, side="bottom", ticks="")
    figure.update_yaxes(showgrid=False, ticks="", autorange="reversed", ticksuffix="  ")
    return figure


def plot_pulls(names: Sequence[str], classes: Sequence[str], pulls: np.ndarray) -> go.Figure:
    """Draw, per class, which experts pull towards it (right) and away from it (left).

    pulls: (E, C), contributions centred over the classes; the mark is their sum.
    """
    if len(names) == 0 or len(classes) == 0:
        return empty_figure()
    colours = expert_colours(names)
    labels = safe_labels(classes, limit=18)
    figure = go.Figure()
    for name, row in zip(names, pulls, strict=True):
        figure.add_bar(
            x=row,
            y=labels,
            orientation="h",
            name=safe_labels([expert_label(name)])[0],
            marker_color=colours[name],
            hovertemplate="%{fullData.name}: %{x:+.3f}<extra></extra>",
        )
    figure.add_scatter(
        x=pulls.sum(axis=0),
        y=labels,
        mode="markers",
        name=say("sum"),
        marker={"symbol": "diamond-tall", "size": 13, "color": INK, "line": {"color": "white", "width": 1}},
        hovertemplate=f"{say('sum')}: %{{x:+.3f}}<extra></extra>",
    )
    figure.update_layout(barmode="relative")
    horizontal(figure, len(classes), legend=True, extra=44)
    figure.add_vline(x=0, line={"color": INK, "width": 1})
    return figure
