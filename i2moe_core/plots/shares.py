"""Who holds the answer: each expert's share of the answer beside the weight that the router gave it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np
import plotly.graph_objects as go

from i2moe_core.language import say
from i2moe_core.plots.palette import INK, expert_colours, expert_label
from i2moe_core.plots.style import (
    as_percent,
    empty_figure,
    end_column,
    horizontal,
    legend_entry,
    safe_labels,
)


def plot_shares(
    names: Sequence[str], weights: np.ndarray, shares: np.ndarray, answers: Sequence[str] | None = None
) -> go.Figure:
    """Draw one bar per expert (its share of the answer) and a mark for its weight.

    weights, shares: (E,), each summing to 1. answers: what each expert says alone, written under its name.
    """
    if len(names) == 0:
        return empty_figure()
    colours = expert_colours(names)
    labels = _rows(names, answers)
    figure = go.Figure()
    figure.add_bar(
        x=shares,
        y=labels,
        orientation="h",
        showlegend=False,
        marker_color=[colours[name] for name in names],
        hovertemplate=_hover(say("share of the answer")),
    )
    figure.add_scatter(
        x=weights,
        y=labels,
        mode="markers",
        showlegend=False,
        marker={"symbol": "line-ns", "size": 24, "line": {"width": 3, "color": INK}},
        hovertemplate=_hover(say("router's weight")),
    )
    legend_entry(figure, f"<b>{say('share of the answer')}</b>", "square")
    legend_entry(figure, say("router's weight"), "line-ns", size=14, line=3)
    horizontal(figure, len(names), legend=True)
    numbers = [f"<b>{share:.0%}</b> | {weight:.0%}" for share, weight in zip(shares, weights, strict=True)]
    end_column(figure, labels, numbers, width=82)
    as_percent(figure)
    upper = max(0.3, float(np.max(shares)), float(np.max(weights)))
    return figure.update_xaxes(range=[0, min(1.02, 1.05 * upper)])


def _hover(name: str) -> str:
    return f"{name} %{{x:.1%}}<extra></extra>"


def _rows(names: Sequence[str], answers: Sequence[str] | None) -> list[str]:
    labels = safe_labels([expert_label(name) for name in names])
    if answers is None:
        return labels
    said = [escape(answer[:24]) for answer in answers]
    return [f"<b>{label}</b><br>{words}" for label, words in zip(labels, said, strict=True)]
