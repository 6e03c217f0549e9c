"""The answer while parts are removed in a map's order, against random orders; and a family of fusions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from i2moe_core.plots.diverging import FOR
from i2moe_core.plots.palette import FAINT, INK
from i2moe_core.plots.style import empty_figure, safe_labels, styled

SYMBOLS = ("circle", "square", "diamond", "cross", "triangle-up", "star")


def plot_removal(
    own: np.ndarray, random: np.ndarray, removed: int, names: Sequence[str], axes: Sequence[str]
) -> go.Figure:
    """Draw probabilities over the share removed: by a map (F + 1,), at random (R, F + 1) as mean and band.

    removed: how many parts are gone now, marked on both; names: (map, random); axes: titles of x and y.
    """
    if len(own) < 2:
        return empty_figure()
    shares, count = np.linspace(0, 1, len(own)), len(own) - 1
    low, mean, high = np.quantile(random, 0.1, axis=0), random.mean(0), np.quantile(random, 0.9, axis=0)
    figure = styled(go.Figure(), 340, legend=True)
    band = {
        "x": np.r_[shares, shares[::-1]],
        "y": np.r_[high, low[::-1]],
        "fill": "toself",
        "fillcolor": FAINT,
    }
    figure.add_scatter(**band, mode="lines", line={"width": 0}, hoverinfo="skip", showlegend=False)
    for curve, name, colour, dash in ((own, names[0], FOR, "solid"), (mean, names[1], INK, "dash")):
        label = safe_labels([name], 40)[0]
        figure.add_scatter(
            x=shares, y=curve, name=label, mode="lines", line={"color": colour, "dash": dash, "width": 3},
            hovertemplate=f"{label}: %{{y:.1%}}<extra></extra>",
        )  # fmt: skip
        figure.add_scatter(x=[removed / count], y=[curve[removed]], mode="markers", showlegend=False,
                           marker={"size": 13, "color": colour}, hoverinfo="skip")  # fmt: skip
    figure.add_vline(x=removed / count, line={"color": INK, "width": 1, "dash": "dot"})
    figure.update_layout(margin_b=46)
    figure.update_xaxes(title=axes[0], tickformat=".0%", range=[-0.02, 1.02])
    return figure.update_yaxes(title=axes[1], tickformat=".0%", range=[-0.03, 1.05])


def plot_family(
    groups: Sequence[tuple[str, Sequence[str], np.ndarray, np.ndarray]],
    picked: str,
    colour: str,
    axes: Sequence[str],
) -> go.Figure:
    """Draw fusions by parameters and multiply-adds, both on a logarithmic axis, one symbol a family.

    groups: (family, names, parameters (n,), multiply-adds (n,)). picked: the name that is framed and written.
    """
    figure = styled(go.Figure(), 380, legend=True)
    for symbol, (family, names, parameters, products) in zip(SYMBOLS, groups, strict=False):
        chosen = np.array([name == picked for name in names])
        figure.add_scatter(
            x=parameters, y=products, mode="markers+text", name=safe_labels([family])[0],
            text=[f"<b>{name}</b>" if name == picked else "" for name in names], textposition="top center",
            marker={"symbol": symbol, "size": np.where(chosen, 17, 10), "opacity": np.where(chosen, 1.0, 0.6),
                    "color": np.where(chosen, colour, INK)},
            customdata=list(names), hovertemplate="%{customdata}: %{x:,} / %{y:,}<extra></extra>",
        )  # fmt: skip
    figure.update_layout(margin_b=46, hovermode="closest")
    figure.update_xaxes(type="log", title=axes[0], dtick=1)
    return figure.update_yaxes(type="log", title=axes[1], dtick=1)
