"""How right parts of the data or parts of the model are, and who helps where one input misleads."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from i2moe_core.language import say
from i2moe_core.plots.palette import INK, expert_colours, expert_label
from i2moe_core.plots.style import empty_figure, end_column, horizontal, safe_labels, styled

_GROUP = 92  # pixels of four thin bars


def plot_accuracies(rows: pd.DataFrame, overall: float | None = None) -> go.Figure:
    """Draw a bar per row, ``label value colour``, and a dotted line at what the whole reaches.

    Values are shares of 1; those below 0, which R² may have, are drawn as 0 and written as they are.
    """
    if rows.empty:
        return empty_figure(say("Nothing of this is known."), height=90)
    labels = safe_labels(rows["label"].tolist())
    figure = go.Figure(
        go.Bar(
            x=rows["value"].clip(0, 1), y=labels, orientation="h", marker_color=rows["colour"].tolist(),
            showlegend=False, customdata=rows["value"],
            hovertemplate="%{y}: %{customdata:.3f}<extra></extra>",
        )
    )  # fmt: skip
    if overall is not None:
        figure.add_vline(x=overall, line={"color": INK, "width": 2, "dash": "dot"})
    horizontal(figure, len(rows), extra=30)
    end_column(figure, labels, [f"<b>{value:.1%}</b>" for value in rows["value"]], width=58)
    return figure.update_xaxes(range=[0, 1.02], tickformat=".0%", nticks=6)


def plot_helpers(rows: pd.DataFrame) -> go.Figure:
    """Draw each expert's mean evidence for the right answer, a group of bars per misleading input.

    rows: ``group expert value``, nats; left of zero speaks against the right answer.
    """
    if rows.empty:
        return empty_figure(say("No sample has one misleading input."), height=90)
    groups = list(dict.fromkeys(rows["group"]))
    labels = dict(zip(groups, safe_labels(groups, limit=40), strict=True))
    experts = list(dict.fromkeys(rows["expert"]))
    colours = expert_colours(experts)
    figure = go.Figure()
    for name in experts:
        own = rows[rows["expert"] == name]
        label = safe_labels([expert_label(name)])[0]
        told = say("{label}: {value} nats", label=label, value="%{x:.3f}")
        figure.add_bar(
            x=own["value"], y=[labels[group] for group in own["group"]], orientation="h", name=label,
            marker_color=colours[name], hovertemplate=f"{told}<extra></extra>",
        )  # fmt: skip
    styled(figure, len(groups) * _GROUP + 70, legend=True)
    figure.update_yaxes(autorange="reversed", showgrid=False, ticksuffix="  ")
    figure.update_xaxes(zeroline=True, zerolinecolor=INK, zerolinewidth=1, nticks=6)
    return figure.update_layout(bargap=0.25, bargroupgap=0.08, legend_traceorder="normal")
