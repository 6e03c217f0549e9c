"""Pairs of parts: the strongest ones with their intervals, and the picture with a word on each patch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from i2moe_core.explain.numbers import signed
from i2moe_core.language import say
from i2moe_core.plots.diverging import overlay, sign_colour
from i2moe_core.plots.palette import INK
from i2moe_core.plots.saliency import Parts, picture_panel
from i2moe_core.plots.style import empty_figure, horizontal, safe_labels

LARGE = 330  # pixels of the picture with words


def plot_pairs(labels: Sequence[str], values: np.ndarray, halves: np.ndarray) -> go.Figure:
    """Draw the interaction (P,) of the first pairs, with 95% intervals of the given half-widths (P,)."""
    if len(labels) == 0:
        return empty_figure(say("There are no pairs."))
    values, halves = np.asarray(values, dtype=float), np.asarray(halves, dtype=float)
    colours = [sign_colour(value) for value in values]
    figure = go.Figure(
        go.Bar(
            x=values,
            y=safe_labels(labels, limit=36),
            orientation="h",
            marker={"color": colours, "opacity": np.where(np.abs(values) > halves, 1.0, 0.4)},
            error_x={"type": "data", "array": halves, "color": INK, "thickness": 1.5, "width": 4},
            customdata=halves,
            hovertemplate="%{y}: %{x:+.3f} ± %{customdata:.3f}<extra></extra>",
        )
    )
    horizontal(figure, len(labels), extra=10)
    figure.update_layout(height=31 * len(labels) + 40)
    return figure.add_vline(x=0, line={"color": INK, "width": 1})


def plot_words_on_picture(
    pixels: np.ndarray, values: np.ndarray, limit: float, parts: Parts, words: Sequence[str], shown: int = 10
) -> go.Figure:
    """Draw a picture (S, S, 3) with a map (S, S) and, on the ``shown`` strongest parts, a word each."""
    if pixels.size == 0 or len(parts.ids) == 0:
        return empty_figure(say("There is no picture to write on."), LARGE)
    figure = picture_panel(overlay(pixels, values, limit, 0.75), LARGE)
    box, numbers = np.asarray(parts.places, dtype=float), np.asarray(parts.numbers, dtype=float)
    written = set(np.argsort(-np.abs(numbers), kind="stable")[:shown].tolist())
    texts = safe_labels(words, limit=14)
    figure.add_scatter(
        x=(box[:, 1] + box[:, 3]) / 2,
        y=(box[:, 0] + box[:, 2]) / 2,
        mode="markers+text",
        marker={"symbol": "square", "size": 24, "opacity": 0.01},
        text=[
            f"<b>{word.rsplit(' (', 1)[0]}</b>" if n in written and numbers[n] else ""
            for n, word in enumerate(texts)
        ],
        textfont={"color": "#111318", "size": 11},
        customdata=[
            say("{patch} with {word}: {number}", patch=label, word=word, number=signed(float(number), 3))
            for label, word, number in zip(safe_labels(parts.labels), texts, numbers, strict=True)
        ],
        hovertemplate="%{customdata}<extra></extra>",
    )
    return figure
