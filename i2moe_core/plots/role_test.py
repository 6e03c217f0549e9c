"""The role test of one sample: each expert's answer as given, and with one input taken from other samples."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from i2moe_core.language import say
from i2moe_core.plots.palette import expert_colours, expert_label, input_label
from i2moe_core.plots.style import as_percent, empty_figure, horizontal, legend_entry, safe_labels

SYMBOLS = ("triangle-up-open", "square-open", "diamond-open", "pentagon-open", "star-open", "x-open")


def plot_role_test(
    names: Sequence[str], modalities: Sequence[str], given: np.ndarray, replaced: np.ndarray
) -> go.Figure:
    """Draw, per expert, its probability of one class as given and after each replacement.

    given: (E,). replaced: (E, M, K); the mark is the mean over K, the line spans the middle 80%.
    """
    if len(names) == 0 or replaced.size == 0:
        return empty_figure(say("There are no other samples to replace an input with."))
    colours = expert_colours(names)
    rows = np.arange(len(names))
    figure = go.Figure()
    figure.add_scatter(
        x=given,
        y=rows,
        mode="markers",
        showlegend=False,
        cliponaxis=False,
        marker={"size": 15, "color": [colours[name] for name in names]},
        hovertemplate=f"{say('as given')}: %{{x:.1%}}<extra></extra>",
    )
    for m in range(len(modalities)):
        _add_replacement(figure, m, len(modalities), replaced[:, m], [colours[n] for n in names])
    _name_marks(figure, modalities)
    horizontal(figure, len(names), legend=True, extra=44 + 18 * len(names))
    figure.update_yaxes(
        tickvals=rows, ticktext=safe_labels([expert_label(n) for n in names]), range=[len(names) - 0.4, -0.6]
    )
    return as_percent(figure)


def _add_replacement(
    figure: go.Figure, m: int, count: int, values: np.ndarray, colours: Sequence[str]
) -> None:
    low, middle, high = (
        np.quantile(values, 0.1, axis=1),
        values.mean(axis=1),
        np.quantile(values, 0.9, axis=1),
    )
    rows = np.arange(len(values)) + 0.22 + 0.24 * m / max(1, count - 1)
    for row, a, b, colour in zip(rows, low, high, colours, strict=True):
        figure.add_shape(
            type="line", x0=a, x1=b, y0=row, y1=row, line={"color": colour, "width": 2}, opacity=0.6
        )
    figure.add_scatter(
        x=middle,
        y=rows,
        mode="markers",
        showlegend=False,
        cliponaxis=False,
        marker={
            "symbol": SYMBOLS[m % len(SYMBOLS)],
            "size": 11,
            "color": list(colours),
            "line": {"width": 2},
        },
        customdata=np.stack([low, high], axis=1),
        hovertemplate=say("mean %{x:.1%}, middle 80%: %{customdata[0]:.1%}–%{customdata[1]:.1%}")
        + "<extra></extra>",
    )


def _name_marks(figure: go.Figure, modalities: Sequence[str]) -> None:
    legend_entry(figure, say("as given"), "circle", size=13)
    for m, label in enumerate(safe_labels([input_label(name) for name in modalities])):
        legend_entry(figure, say("other {input}", input=label), SYMBOLS[m % len(SYMBOLS)], size=11, line=2)
