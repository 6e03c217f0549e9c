"""The four parts of what two inputs tell, as bars in bits; and two experts' answers beside each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from i2moe_core.plots.palette import INK
from i2moe_core.plots.style import as_percent, empty_figure, horizontal, safe_labels


def plot_atoms(
    labels: Sequence[str], values: Sequence[float], colours: Sequence[str], unit: str
) -> go.Figure:
    """Draw one bar a part, in the parts' colours, with the number at its end; ``unit`` names the axis."""
    if len(labels) == 0:
        return empty_figure()
    numbers = np.asarray(values, dtype=float)
    figure = go.Figure(
        go.Bar(
            x=numbers,
            y=safe_labels(labels),
            orientation="h",
            marker_color=list(colours),
            text=[f"{value:.3f}" for value in numbers],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{x:.4f}<extra></extra>",
        )
    )
    horizontal(figure, len(labels), extra=60)
    reach = max(1.0, float(numbers.max()))
    return figure.update_xaxes(range=[0, 1.2 * reach], nticks=5, title=unit)


def plot_answers(
    classes: Sequence[str], answers: Sequence[np.ndarray], names: Sequence[str], colours: Sequence[str]
) -> go.Figure:
    """Draw several experts' probabilities (C,) as grouped bars, one group a class, with their mean in ink."""
    if len(classes) == 0 or len(answers) == 0:
        return empty_figure()
    labels = safe_labels(classes)
    figure = go.Figure()
    for name, answer, colour in zip(safe_labels(names), answers, colours, strict=True):
        figure.add_bar(
            x=answer,
            y=labels,
            orientation="h",
            name=name,
            marker_color=colour,
            text=[f"{value:.0%}" for value in answer],
            textposition="outside",
            cliponaxis=False,
            hovertemplate=f"{name}: %{{x:.1%}}<extra></extra>",
        )
    mean = np.mean(answers, axis=0)
    mark = {"symbol": "line-ns", "size": 34, "line": {"width": 2, "color": INK}}
    figure.add_scatter(x=mean, y=labels, mode="markers", marker=mark, hoverinfo="skip", showlegend=False)
    figure.update_layout(barmode="group", bargroupgap=0.08)
    horizontal(figure, len(labels), legend=True, extra=96)
    return as_percent(figure)
