"""The same number from several trainings, row by row: how far apart the marks lie is how unstable it is."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from i2moe_core.language import say
from i2moe_core.plots.palette import INK, expert_colours, expert_label
from i2moe_core.plots.style import empty_figure, horizontal, interval_bars, legend_entry, safe_labels

SYMBOLS = ("circle", "square", "diamond", "triangle-up", "star", "pentagon", "hexagon", "cross")


def plot_stability(
    rows: pd.DataFrame, span: tuple[float, float] = (0.0, 1.0), form: str = ".0%"
) -> go.Figure:
    """Draw a row per expert and a mark per training or pair of trainings, with an interval where known.

    rows: ``expert label value low high``, the latter two NaN where there is no interval. span: of the axis.
    form: of its numbers.
    """
    if rows.empty:
        return empty_figure(say("There are no two trainings to compare."))
    experts = list(dict.fromkeys(rows["expert"]))
    labels = list(dict.fromkeys(rows["label"]))
    colours, figure = expert_colours(experts), go.Figure()
    for n, label in enumerate(labels):
        own = rows[rows["label"] == label]
        symbol = SYMBOLS[n % len(SYMBOLS)]
        shift = 0.0 if len(labels) == 1 else 0.5 * (n / (len(labels) - 1) - 0.5)
        figure.add_scatter(
            x=own["value"], y=[experts.index(name) + shift for name in own["expert"]], mode="markers",
            showlegend=False, cliponaxis=False,
            marker={"symbol": symbol, "size": 11, "color": [colours[name] for name in own["expert"]]},
            error_x=interval_bars(own),
            hovertemplate=f"{safe_labels([label])[0]}: %{{x:{form}}}<extra></extra>",
        )  # fmt: skip
        legend_entry(figure, safe_labels([label], limit=44)[0], symbol, size=10)
    _arrange(figure, experts, len(labels))
    low, high = span
    if low < 0:
        figure.add_vline(x=0, line={"color": INK, "width": 1, "dash": "dot"})
    margin = 0.02 * (high - low)
    return figure.update_xaxes(range=[low - margin, high + margin], tickformat=form, nticks=6)


def _arrange(figure: go.Figure, experts: list[str], marks: int) -> None:
    horizontal(figure, len(experts), legend=marks > 1, extra=34 + 14 * marks)
    figure.update_yaxes(
        tickvals=list(range(len(experts))), ticktext=safe_labels([expert_label(name) for name in experts]),
        range=[len(experts) - 0.5, -0.5], autorange=False,
    )  # fmt: skip
    if marks > 1:  # names of runs are long: each on its own line under the figure
        figure.update_layout(
            legend={"orientation": "v", "y": -0.16, "yanchor": "top"}, margin={"t": 8, "b": 34 + 20 * marks}
        )
