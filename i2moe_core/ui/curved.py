"""The history of a training as the rows of its figures: epochs counted through all phases, one loss a panel.

spans = spans_of(history)                       # where each phase begins, ends and was best
for panel in losses_of(history, modalities):    # each loss of each phase, in the order of training
    plot_curve(panel.rows, panel.best, panel.title, panel.colour)
measure_of(history); scores_of(history); cosines_of(history); shares_of(history)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from i2moe_core.expert_set import ROLES, read_name
from i2moe_core.explain.loss_names import loss_title
from i2moe_core.explain.numbers import listing
from i2moe_core.language import marked, say
from i2moe_core.measures.classification import HEADLINE
from i2moe_core.plots import expert_colours
from i2moe_core.plots.palette import INK
from i2moe_core.types import interaction_names

TRAIN, VALIDATION, CONFLICT, GRADIENT = "train.", "validation.", "conflict.", "gradient."
MEASURES = {"accuracy": marked("Accuracy"), "micro_f1": marked("Micro F1"), "r2": marked("R²")}
PHASES = {
    "probes": marked("probes"),
    "experts": marked("experts"),
    "all": marked("all"),
    "jigsaw": marked("jigsaw puzzles"),
    "training": marked("training"),
}
COLUMNS = ["name", "epoch", "value"]


@dataclass(frozen=True)
class Span:
    """One phase: its name, its first and last epoch and its best one, counted through all phases from 1."""

    name: str
    first: int
    last: int
    best: int | None


@dataclass(frozen=True)
class LossPanel:
    """One loss in one phase. rows: ``part epoch value``, part "training" or "validation"."""

    phase: str
    name: str
    title: str
    colour: str
    best: int | None
    rows: pd.DataFrame


def spans_of(history: pd.DataFrame) -> list[Span]:
    """Return the phases in their order; none without an epoch."""
    if history.empty:
        return []
    names = _column(history, "phase", "training")
    index = _column(history, "phase_index", 0)
    best = pd.to_numeric(_column(history, "best_epoch", float("nan")), errors="coerce")
    spans = []
    for number in index.drop_duplicates():
        places = [place for place, own in enumerate(index) if own == number]
        chosen = best.iloc[places[-1]]
        found = None if pd.isna(chosen) else places[0] + int(chosen) + 1
        spans.append(Span(str(names.iloc[places[0]]), places[0] + 1, places[-1] + 1, found))
    return spans


def losses_of(history: pd.DataFrame, modalities: Sequence[str] = ()) -> list[LossPanel]:
    """Return a panel for each loss of each phase; modalities: of the run, for the losses' names."""
    names = _loss_names(history)
    colours = expert_colours(experts_in(history, modalities))
    panels = []
    for span in spans_of(history):
        part = history.iloc[span.first - 1 : span.last]
        for name in names:
            rows = _parts(part, name, span.first)
            if not rows.empty:
                title = loss_title(name, modalities)
                panels.append(LossPanel(span.name, name, title, colours.get(name, INK), span.best, rows))
    return panels


def experts_in(history: pd.DataFrame, modalities: Sequence[str] = ()) -> list[str]:
    """Return the experts' names, as the logged gradients or else the losses have them.

    Where neither has any: the published set.
    """
    for names in (shares_of(history)["name"].unique(), _loss_names(history)):
        parts = {name: read_name(name) for name in names}
        found = [n for n, p in parts.items() if p.role in ROLES and set(p.modalities) <= set(modalities)]
        if found:
            return found
    return list(interaction_names(modalities))


def phase_title(name: str) -> str:
    """Return the name of a phase; one that a later version has stays as it is written."""
    return say(PHASES[name]) if name in PHASES else name


def measure_of(history: pd.DataFrame) -> tuple[str, pd.DataFrame]:
    """Return the key of the task's measure in ``MEASURES`` and its validation curve, ``name epoch value``."""
    for key in HEADLINE.values():
        if VALIDATION + key in history.columns:
            return key, _long(history, {VALIDATION + key: say(MEASURES[key])})
    return "", pd.DataFrame(columns=COLUMNS)


def scores_of(history: pd.DataFrame) -> pd.DataFrame:
    """Return the sum of the validation losses, which picks the best epoch, as ``name epoch value``."""
    return _long(history, {"score": say("Validation score")})


def cosines_of(history: pd.DataFrame, modalities: Sequence[str] = ()) -> pd.DataFrame:
    """Return the cosines between the gradients of each two losses, as ``name epoch value``.

    Two losses that share no parameter cannot be against each other: they are left out.
    """
    names = [name for name in history.columns if name.startswith(CONFLICT)]
    labels = {
        name: listing([loss_title(loss, modalities) for loss in name.removeprefix(CONFLICT).split("~")])
        for name in names
    }
    found = _long(history, labels)
    if found.empty:
        return found
    touching = found.groupby("name")["value"].transform(lambda values: values.abs().max() > 0)
    return found[touching.astype(bool)].reset_index(drop=True)


def shares_of(history: pd.DataFrame) -> pd.DataFrame:
    """Return the share of the gradient that each part of the model gets, as ``name epoch value``."""
    names = [name for name in history.columns if name.startswith(GRADIENT)]
    return _long(history, {name: name.removeprefix(GRADIENT) for name in names})


def _loss_names(history: pd.DataFrame) -> list[str]:
    found = [n.removeprefix(p) for p in (TRAIN, VALIDATION) for n in history.columns if n.startswith(p)]
    return [name for name in dict.fromkeys(found) if name not in HEADLINE.values()]


def _parts(part: pd.DataFrame, name: str, first: int) -> pd.DataFrame:
    frames = []
    for prefix, label in ((TRAIN, "training"), (VALIDATION, "validation")):
        if prefix + name in part.columns:
            values = pd.to_numeric(part[prefix + name], errors="coerce").to_numpy(dtype=float)
            epochs = range(first, first + len(part))
            frames.append(pd.DataFrame({"part": label, "epoch": epochs, "value": values}))
    rows = (
        pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=["part", "epoch", "value"])
    )
    return rows.dropna().reset_index(drop=True)


def _long(history: pd.DataFrame, labels: dict[str, str]) -> pd.DataFrame:
    frames = [
        pd.DataFrame(
            {
                "name": label,
                "epoch": range(1, len(history) + 1),
                "value": pd.to_numeric(history[column], errors="coerce").to_numpy(dtype=float),
            }
        )
        for column, label in labels.items()
        if column in history.columns
    ]
    return pd.concat(frames).dropna().reset_index(drop=True) if frames else pd.DataFrame(columns=COLUMNS)


def _column(history: pd.DataFrame, name: str, default: object) -> pd.Series:
    """Return a column; a history of another version may lack it."""
    return history[name] if name in history.columns else pd.Series([default] * len(history))
