"""How numbers are spread over many samples, row by row: violins or ridges from finished histograms."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from i2moe_core.language import say
from i2moe_core.plots.palette import INK
from i2moe_core.plots.style import empty_figure, safe_labels, styled

VIOLIN, RIDGE = "violin", "ridge"
_HEIGHT = {VIOLIN: 0.42, RIDGE: 0.92}  # of a row
_SMOOTH = 1.6  # bins


def plot_spread(
    rows: pd.DataFrame, colours: Sequence[str], form: str = VIOLIN, percent: bool = True, row: int = 52
) -> go.Figure:
    """Draw one row per line of ``rows``: its frequencies, its middle half as a bar, its median as a mark.

    rows: ``name label low high count q05 q25 q50 q75 q95 mean density`` as ``summaries.distributions`` makes
    them, and what a click returns (``name``). All rows share one scale of height. Heights
    are square roots: shares crowd at 0 and 1, and what lies between would vanish beside the crowd.
    """
    if rows.empty:
        return empty_figure(say("Nothing to draw yet."))
    figure = go.Figure()
    labels = safe_labels([str(label) for label in rows["label"]], limit=22)
    places = np.arange(len(rows))[::-1]
    # Ridges overlap: the upper ones are drawn first.
    heights = [np.sqrt(_smoothed(np.asarray(density, dtype=float))) for density in rows["density"]]
    top = max(float(h.max()) for h in heights)
    for place, height, colour, (_, line) in zip(places, heights, colours, rows.iterrows(), strict=True):
        _shape(figure, float(place), height / top, line, colour, form)
    for place, colour, (_, line) in zip(places, colours, rows.iterrows(), strict=True):
        _middle(figure, float(place), line, colour, "%" if percent else "")
    ridge = form == RIDGE
    styled(figure, row * len(rows) + 56 + (24 if ridge else 0))
    figure.update_yaxes(
        tickvals=places, ticktext=[f"{label}  " for label in labels], showgrid=False,
        range=[-0.35 if ridge else -0.55, len(rows) - 1 + (1.1 if ridge else 0.55)],
    )  # fmt: skip
    low, high = float(rows["low"].iloc[0]), float(rows["high"].iloc[0])
    margin = 0.02 * (high - low)
    return figure.update_xaxes(
        range=[low - margin, high + margin], tickformat=".0%" if percent else None, nticks=6
    )


def _shape(
    figure: go.Figure, place: float, heights: np.ndarray, line: pd.Series, colour: str, form: str
) -> None:
    edges = np.linspace(line["low"], line["high"], len(heights) + 1)
    # A shape ends where the numbers do, not in the middle of the outermost bins.
    x = np.concatenate([edges[:1], (edges[:-1] + edges[1:]) / 2, edges[-1:]])
    heights = np.pad(heights, 1, mode="edge")
    up = place + _HEIGHT[form] * heights
    down = place - _HEIGHT[form] * heights if form == VIOLIN else np.full(len(x), place)
    figure.add_scatter(
        x=np.concatenate([x, x[::-1]]), y=np.concatenate([up, down[::-1]]), mode="lines", fill="toself",
        line={"color": colour, "width": 1}, fillcolor=_faded(colour), hoverinfo="skip", showlegend=False,
    )  # fmt: skip


def _middle(figure: go.Figure, place: float, line: pd.Series, colour: str, unit: str) -> None:
    figure.add_scatter(
        x=[line["q25"], line["q75"]], y=[place, place], mode="lines", hoverinfo="skip", showlegend=False,
        line={"color": INK, "width": 5},
    )  # fmt: skip
    number = "%{x:.1%}" if unit else "%{x:.3f}"
    spread = [f"{line[q]:.0%}" if unit else f"{line[q]:.2f}" for q in ("q05", "q25", "q75", "q95")]
    figure.add_scatter(
        x=[line["q50"]], y=[place], mode="markers", customdata=[[str(line["name"])]], showlegend=False,
        marker={"size": 13, "color": colour, "line": {"width": 2, "color": "white"}},
        hovertemplate=_said(number, spread, int(line["count"])) + "<extra></extra>",
    )  # fmt: skip


def _said(median: str, ends: Sequence[str], count: int) -> str:
    """Write the median, the middle half, nine tenths, and of how many samples they are."""
    low, left, right, high = ends
    return say(
        "median {median}<br>middle half {left} to {right}<br>90% of all {low} to {high}<br>"
        "{count:,} samples",
        median=median, left=left, right=right, low=low, high=high, count=count,
    )  # fmt: skip


def _smoothed(density: np.ndarray) -> np.ndarray:
    """Return a density without the steps of its bins; its area stays the same but at the ends."""
    reach = np.arange(-5, 6)
    kernel = np.exp(-0.5 * (reach / _SMOOTH) ** 2)
    padded = np.pad(density, 5, mode="symmetric")
    smooth: np.ndarray = np.convolve(padded, kernel / kernel.sum(), mode="valid")
    return smooth


def _faded(colour: str) -> str:
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.38)"
