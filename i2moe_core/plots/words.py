"""Words that mark a group of texts, as bars that can be clicked."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from i2moe_core.language import say
from i2moe_core.plots.style import empty_figure, safe_labels, styled

_SURE = 3.0  # z-score from which a word is more than chance among hundreds


def plot_words(words: Sequence[str], z: Sequence[float], notes: Sequence[str], colour: str) -> go.Figure:
    """Draw one bar per word, the z-score of how much more frequent it is in the group; first word on top.

    notes: what pointing at a word says. A click returns the word.
    """
    if len(words) == 0:
        return empty_figure(say("No word is more frequent here than elsewhere."), height=90)
    figure = go.Figure(
        go.Bar(
            x=list(z), y=safe_labels(words, limit=18), orientation="h", customdata=[[word] for word in words],
            marker={"color": colour, "opacity": [1.0 if value >= _SURE else 0.4 for value in z]},
            hovertext=safe_labels(notes, limit=90), hovertemplate="%{hovertext}<extra></extra>",
        )
    )  # fmt: skip
    styled(figure, 24 * len(words) + 48)
    figure.update_yaxes(autorange="reversed", showgrid=False, ticksuffix="  ")
    return figure.update_xaxes(rangemode="tozero", nticks=5)
