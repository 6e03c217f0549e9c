"""How a training went: one loss in one phase, and whatever goes through all phases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from i2moe_core.language import marked, say
from i2moe_core.plots.palette import FAINT, INK
from i2moe_core.plots.style import empty_figure, safe_labels, styled

DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
NO_EPOCH = marked("No epoch has ended yet.")
# Part of a loss's rows -> its name, what hovers over a point of it, dash and width of its line.
PARTS = {
    "training": (marked("training"), marked("epoch {epoch}: {value} in training"), "dot", 1.5),
    "validation": (marked("validation"), marked("epoch {epoch}: {value} in validation"), "solid", 2.5),
}
_SHADE = "rgba(125, 132, 145, 0.10)"


def plot_curve(
    rows: pd.DataFrame, best: int | None = None, title: str = "", colour: str = INK, height: int = 190
) -> go.Figure:
    """Draw one loss over the epochs: training dotted, validation solid, the best epoch as a line.

    rows: ``part epoch value``, part "training" or "validation".
    """
    if rows.empty:
        return empty_figure(say(NO_EPOCH), height)
    figure = go.Figure()
    for part, (name, hover, dash, width) in PARTS.items():
        own = rows[rows["part"] == part]
        figure.add_scatter(
            x=own["epoch"].tolist(), y=own["value"].tolist(), name=say(name), mode=_mode(own),
            line={"color": colour, "dash": dash, "width": width}, marker={"size": 5, "color": colour},
            hovertemplate=say(hover, epoch="%{x}", value="%{y:.4g}") + "<extra></extra>",
        )  # fmt: skip
    styled(figure, height)
    if best is not None:
        figure.add_vline(x=best, line={"color": INK, "width": 1, "dash": "dash"})
    title_text = f"<b>{safe_labels([title])[0]}</b>"
    figure.update_layout(title={"text": title_text, "x": 0, "xanchor": "left", "font": {"size": 14}})
    figure.update_layout(margin={"t": 30, "b": 22, "l": 4, "r": 8})
    return _whole_epochs(figure, rows).update_yaxes(nticks=4)


def plot_course(
    lines: pd.DataFrame,
    spans: Sequence[tuple[str, int, int, int | None]],
    colours: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
    percent: bool = False,
    height: int = 300,
) -> go.Figure:
    """Draw lines through all phases; phases by their ground and name, each one's best epoch as a diamond.

    lines: ``name epoch value``. spans: phase, first, last and best epoch (None where it is not known).
    colours, labels: of a name; ink and the name itself where it is not there. percent: values are shares.
    """
    if lines.empty:
        return empty_figure(say(NO_EPOCH), height)
    figure = go.Figure()
    names = list(dict.fromkeys(lines["name"]))
    shown = safe_labels([(labels or {}).get(name, name) for name in names], limit=40)
    known = colours or {}
    plain = [name for name in names if name not in known]
    form = ".1%" if percent else ".3g"
    for name, label in zip(names, shown, strict=True):
        own = lines[lines["name"] == name]
        dash = DASHES[plain.index(name) % len(DASHES)] if name in plain else "solid"
        figure.add_scatter(
            x=own["epoch"].tolist(), y=own["value"].tolist(), name=label, mode=_mode(own),
            line={"color": known.get(name, INK), "width": 2.5, "dash": dash},
            marker={"size": 5, "color": known.get(name, INK)},
            hovertemplate=_hover(label, form),
        )  # fmt: skip
    styled(figure, height, legend=len(names) > 1)
    figure.update_layout(margin={"b": 40})
    _leave_room(figure, lines)
    _mark_phases(figure, spans)
    if len(names) == 1:
        _mark_best(figure, lines, spans, known.get(names[0], INK), form)
    _whole_epochs(figure, lines).update_xaxes(title=say("epoch"))
    return figure.update_yaxes(tickformat=".0%" if percent else None, nticks=6)


def _hover(label: str, form: str) -> str:
    told = say("{line}, epoch {epoch}: {value}", line=label, epoch="%{x}", value=f"%{{y:{form}}}")
    return f"{told}<extra></extra>"


def _leave_room(figure: go.Figure, lines: pd.DataFrame) -> None:
    """Keep the names of the phases, at the top, clear of the lines."""
    low, high = float(lines["value"].min()), float(lines["value"].max())
    reach = high - low or abs(high) or 1.0
    figure.update_yaxes(range=[low - 0.06 * reach, high + 0.16 * reach])


def _mode(rows: pd.DataFrame) -> str:
    """One point is no line yet."""
    return "lines+markers" if len(rows) < 3 else "lines"


def _whole_epochs(figure: go.Figure, rows: pd.DataFrame) -> go.Figure:
    first, last = int(rows["epoch"].min()), int(rows["epoch"].max())
    step: dict[str, Any] = {"dtick": 1} if last - first < 6 else {"nticks": 6}
    return figure.update_xaxes(range=[first - 0.5, last + 0.5], tickformat="d", **step)


def _mark_phases(figure: go.Figure, spans: Sequence[tuple[str, int, int, int | None]]) -> None:
    for number, (name, first, last, _) in enumerate(spans):
        if number % 2:
            figure.add_vrect(x0=first - 0.5, x1=last + 0.5, fillcolor=_SHADE, line_width=0, layer="below")
        if number:
            figure.add_vline(x=first - 0.5, line={"color": FAINT, "width": 1})
        figure.add_annotation(
            x=first - 0.5, y=1, xref="x", yref="paper", showarrow=False,
            text=say("phase {name}", name=safe_labels([name])[0]),
            xanchor="left", yanchor="top", font={"size": 12}, xshift=3,
        )  # fmt: skip


def _mark_best(
    figure: go.Figure, lines: pd.DataFrame, spans: Sequence[tuple[str, int, int, int | None]], colour: str,
    form: str,
) -> None:  # fmt: skip
    best = lines[lines["epoch"].isin([span[3] for span in spans])]
    told = say("best epoch of its phase, {epoch}: {value}", epoch="%{x}", value=f"%{{y:{form}}}")
    figure.add_scatter(
        x=best["epoch"].tolist(), y=best["value"].tolist(), mode="markers", showlegend=False,
        marker={"symbol": "diamond", "size": 12, "color": colour, "line": {"width": 1, "color": "white"}},
        hovertemplate=f"{told}<extra></extra>",
    )  # fmt: skip
