"""How often a query finds its partner among the first few, beside chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go

from i2moe_core.language import say
from i2moe_core.plots.palette import INK
from i2moe_core.plots.style import empty_figure, horizontal, interval_bars, legend_entry, safe_labels

SYMBOLS = ("circle", "square", "diamond")
_APART = 0.5  # of a row, between the outermost marks
_ROW = 18  # pixels that each further kind of mark adds to a row


def plot_recalls(rows: pd.DataFrame, colours: Mapping[str, str], kinds: Sequence[str]) -> go.Figure:
    """Draw a row per direction and k, a mark per kind of similarity, a tick where chance is.

    rows: ``label group kind value low high chance``. colours: group -> colour. kinds: in the legend's order.
    """
    if rows.empty:
        return empty_figure(say("Nothing was measured."))
    labels = list(dict.fromkeys(rows["label"]))
    places, figure = {label: n for n, label in enumerate(labels)}, go.Figure()
    chance, by_chance = rows.drop_duplicates("label"), say("chance")
    figure.add_scatter(
        x=chance["chance"], y=[places[label] for label in chance["label"]], mode="markers", name=by_chance,
        marker={"symbol": "line-ns", "size": 30, "line": {"width": 2, "color": INK}},
        hovertemplate=f"{by_chance}: %{{x:.1%}}<extra></extra>",
    )  # fmt: skip
    for n, kind in enumerate(kinds):
        own = rows[rows["kind"] == kind]
        shift = 0.0 if len(kinds) == 1 else _APART * (n / (len(kinds) - 1) - 0.5)
        symbol, name = SYMBOLS[n % len(SYMBOLS)], safe_labels([kind], 44)[0]
        figure.add_scatter(
            x=own["value"], y=[places[label] + shift for label in own["label"]], mode="markers",
            showlegend=False, cliponaxis=False,
            marker={"symbol": symbol, "size": 11, "color": [colours[group] for group in own["group"]]},
            error_x=interval_bars(own),
            hovertemplate=f"{name}: %{{x:.1%}}<extra></extra>",
        )  # fmt: skip
        legend_entry(figure, name, symbol, size=10)
    horizontal(figure, len(labels), legend=True, extra=40 + _ROW * len(labels) + 22 * len(kinds))
    figure.update_yaxes(
        tickvals=list(range(len(labels))), ticktext=safe_labels(labels, 40),
        range=[len(labels) - 0.5, -0.5], autorange=False,
    )  # fmt: skip
    upper = max(float(rows["high"].max()), float(rows["chance"].max()))
    figure.update_xaxes(range=[-0.02 * upper, min(1.02, 1.1 * upper)], tickformat=_form(upper), nticks=5)
    # Kinds have long names: each gets a line of its own under the figure.
    return figure.update_layout(
        legend={"orientation": "v", "y": -0.1, "yanchor": "top", "itemsizing": "constant"},
        margin={"t": 8, "b": 40 + 22 * len(kinds)},
    )


def _form(upper: float) -> str:
    return ".0%" if upper > 0.1 else ".1%"
