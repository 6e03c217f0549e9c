"""What a setting does to a measure: the mean over the seeds as a line, its reach as a bar, runs as dots."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from i2moe_core.language import marked, say
from i2moe_core.plots.palette import FIXED, FURTHER, INK, expert_colours, expert_label
from i2moe_core.plots.style import empty_figure, safe_labels, styled

ROLES, WEIGHTS = "roles", "weights"
LABELS = {
    "accuracy": marked("Right on the test split"),
    "validation": marked("Right on the validation split"),
    "irs": marked("IRS: recovery of the true interaction"),
    "contribution_argmax": marked("True interaction named by the contribution"),
    "gate_argmax": marked("True interaction named by the gate"),
    "leak": marked("Leak: how far the weights tell the class"),
    "ece": marked("Calibration error"),
    "seconds": marked("Seconds of training"),
    ROLES: marked("Role scores of the experts"),
    WEIGHTS: marked("Mean weights of the experts"),
}
NOTHING = marked("No training of this sweep is finished yet.")
AXES = {
    "validation": marked("right answers"),
    "accuracy": marked("right answers"),
    "irs": marked("IRS"),
    "seconds": marked("seconds"),
    "leak": marked("leak"),
    "contribution_argmax": marked("named rightly"),
    "gate_argmax": marked("named rightly"),
    "ece": marked("calibration error"),
    ROLES: marked("role score"),
    WEIGHTS: marked("mean weight"),
}
# No expert's colour: a line that is no expert must not look like one.
COLOURS = (INK, *(colour for colour in FURTHER if colour not in (*FIXED.values(), INK)))
_LOGARITHMIC = 8  # from this ratio of the largest to the smallest value on
_APART = 0.012  # of the width, between lines that would hide each other
_Line = tuple[str, str, str, pd.DataFrame]  # name, column, colour, rows


def sweep_measures(frame: pd.DataFrame) -> dict[str, str]:
    """Return what can be drawn of the rows of a sweep: measure -> label; only what some run knows."""
    known = [name for name in frame.columns if frame[name].notna().any()]
    kinds = {name.partition(".")[0] for name in known if "." in name}
    return {name: say(label) for name, label in LABELS.items() if name in known or name in kinds}


def plot_sweep(
    frame: pd.DataFrame, parameter: str, measure: str, others: Sequence[str] = (), height: int = 320
) -> go.Figure:
    """Draw a measure over a parameter: numbers at their place (wide ranges by ratio), all else side by side.

    frame: the rows of a ``Sweep``: ``parameter``, ``seed`` and the measure as columns, one row a training;
        without ``seed`` they are taken for means, which have no reach.
    measure: a column; or "roles" or "weights", which draw one line per expert (over ``roles.<expert>``).
    others: further parameters; each of their combinations is a line of its own, but in figures of experts,
        where they count as further draws.
    """
    lines = [line for line in _lines(frame, measure, others) if line[3][line[1]].notna().any()]
    if parameter not in frame or not lines:
        return empty_figure(say(NOTHING))
    places = _places(frame[parameter])
    reach = max(places.values()) - min(places.values()) or 1.0
    figure = go.Figure()
    for number, (name, column, colour, rows) in enumerate(lines):
        known = rows[rows[column].notna()]
        shift = _APART * reach * (number - (len(lines) - 1) / 2)
        x = known[parameter].map(_plain).map(places).to_numpy(dtype=float) + shift
        if "seed" in known:
            _draw_runs(figure, x, known[column], known["seed"], name, colour)
        _draw_means(figure, x, known[column], name, colour, reach="seed" in known)
    styled(figure, height, legend=len(lines) > 1)
    figure.update_xaxes(
        title=escape(parameter), showgrid=False, tickvals=list(places.values()),
        ticktext=safe_labels([_words(value) for value in places], limit=16),
        range=[min(places.values()) - 0.06 * reach, max(places.values()) + 0.06 * reach],
    )  # fmt: skip
    figure.update_yaxes(title=say(AXES[measure]) if measure in AXES else escape(measure), nticks=6)
    return figure.update_layout(margin={"b": 48})


def _lines(frame: pd.DataFrame, measure: str, others: Sequence[str]) -> Iterator[_Line]:
    if measure in (ROLES, WEIGHTS):
        names = [name.partition(".")[2] for name in frame.columns if name.startswith(f"{measure}.")]
        for name, colour in expert_colours(names).items():
            yield expert_label(name), f"{measure}.{name}", colour, frame
    elif measure in frame:
        groups = frame.groupby(list(others), sort=False, dropna=False) if others else [((), frame)]
        for number, (values, rows) in enumerate(groups):
            name = ", ".join(f"{key} {_words(value)}" for key, value in zip(others, values, strict=True))
            yield name, measure, COLOURS[number % len(COLOURS)], rows


def _draw_runs(
    figure: go.Figure, x: np.ndarray, values: pd.Series, seeds: pd.Series, name: str, colour: str
) -> None:
    told = say("seed {seed}: {value}", seed="%{customdata}", value="%{y:.3f}")
    figure.add_scatter(
        x=x, y=values.to_numpy(), mode="markers", showlegend=False, legendgroup=name,
        marker={"size": 6, "color": colour, "opacity": 0.45},
        customdata=seeds.to_numpy(), hovertemplate=f"{told}<extra></extra>",
    )  # fmt: skip


def _draw_means(
    figure: go.Figure, x: np.ndarray, values: pd.Series, name: str, colour: str, reach: bool
) -> None:
    groups = values.groupby(x)
    mean, low, high = groups.mean(), groups.min(), groups.max()
    beyond = {"array": (high - mean).to_numpy(), "arrayminus": (mean - low).to_numpy(), "symmetric": False}
    told = [escape(name)] if name else []
    told.append(say("mean {value}", value="%{y:.3f}"))
    if reach:
        ends = {"low": "%{customdata[0]:.3f}", "high": "%{customdata[1]:.3f}", "count": "%{customdata[2]}"}
        told.append(say("{low} to {high} over {count} trainings", **ends))
    figure.add_scatter(
        x=mean.index.to_numpy(), y=mean.to_numpy(), mode="lines+markers", name=escape(name),
        legendgroup=name, line={"color": colour, "width": 2.5},
        marker={"size": 10, "color": colour, "line": {"width": 1.5, "color": "white"}},
        error_y={"type": "data", "color": colour, "thickness": 1.5, "width": 5, **beyond} if reach else None,
        customdata=np.column_stack([low, high, groups.size()]),
        hovertemplate="<br>".join(told) + "<extra></extra>",
    )  # fmt: skip


def _places(values: pd.Series) -> dict[object, float]:
    """Return where each value stands: numbers in their order, by ratio if far apart; all else one apart."""
    known = list(dict.fromkeys(_plain(value) for value in values))
    numbers = sorted(value for value in known if isinstance(value, float))
    if len(numbers) < len(known):
        return {value: float(place) for place, value in enumerate(known)}
    if numbers[0] > 0 and numbers[-1] >= _LOGARITHMIC * numbers[0]:
        return {value: float(np.log10(value)) for value in numbers}
    return {value: value for value in numbers}


def _plain(value: object) -> object:
    """Return a number as float and all else as text, which can be compared and counted."""
    number = isinstance(value, (int, float, np.number)) and not isinstance(value, (bool, np.bool_))
    return float(value) if number else _words(value)  # type: ignore[arg-type]


def _words(value: object) -> str:
    return f"{value:g}" if isinstance(value, (float, np.floating)) else str(value)
