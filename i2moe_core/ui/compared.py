"""Runs to be compared: which can be, what their comparison says in words, and the rows of its figures.

The comparison itself is a job (``i2moe audit --compare``); it lies where ``ui/repeated.py`` says, so that
each is made once for all pages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from i2moe_core.analysis.comparison.compare import Comparison
from i2moe_core.analysis.sweep import list_sweeps
from i2moe_core.checkpoint import RunSummary, list_runs
from i2moe_core.language import marked, say
from i2moe_core.ui import cached
from i2moe_core.ui.words import plain

AT_MOST = 8
AT_FIRST = 3  # runs that are picked before anybody picks
POINTS = 800  # samples in a figure of weights
SPLITS = {"test": marked("test split"), "validation": marked("validation split")}
# Measure -> the sentence of two runs that chance alone may set apart, and of one that is ahead.
SENTENCES = {
    "accuracy": (
        marked(
            "**{a}** and **{b}** are right about equally often: the difference is {gap}, and chance alone "
            "may make it ({low} to {high})."
        ),
        marked("**{better}** is right more often than **{worse}**: by {gap} ({low} to {high})."),
    ),
    "micro_f1": (
        marked(
            "**{a}** and **{b}** are right in all labels about equally often: the difference is {gap}, and "
            "chance alone may make it ({low} to {high})."
        ),
        marked(
            "**{better}** is right in all labels more often than **{worse}**: by {gap} ({low} to {high})."
        ),
    ),
}


def candidates() -> dict[str, RunSummary]:
    """Return every run that can be opened by its name; those of a sweep as "sweep/run"."""
    found = {run.name: run for run in cached.list_runs()}
    for folder in list_sweeps(cached.runs_folder()):
        found |= {f"{folder.name}/{run.name}": run for run in list_runs(folder)}
    return {name: run for name, run in found.items() if run.problem is None}


def first_choice(runs: Mapping[str, RunSummary], wanted: str | None) -> list[str]:
    """Return the names that are picked at first: the run ``wanted`` and its like, or the largest group."""
    groups: dict[tuple[object, ...], list[str]] = {}
    for name, run in runs.items():
        groups.setdefault(_kind(run), []).append(name)
    own = groups[_kind(runs[wanted])] if wanted is not None and wanted in runs else []
    chosen = own if len(own) > 1 else max(groups.values(), key=len, default=[])
    ordered = sorted(chosen, key=lambda name: name != wanted)
    return ordered[:AT_FIRST] if len(ordered) > 1 else []


def misfit(runs: Sequence[RunSummary]) -> str | None:
    """Say why the runs cannot be asked about the same samples; None where they can."""
    if len(runs) < 2:
        return say("Choose two runs or more.")
    first = runs[0]
    for other in runs[1:]:
        if (first.modalities, first.classes, first.task) != (other.modalities, other.classes, other.task):
            return say(
                "{first} and {other} cannot answer the same samples: their inputs or classes differ. Choose "
                "runs of one data set.",
                first=plain(first.name),
                other=plain(other.name),
            )
    return None


def accuracy_sentences(found: Comparison) -> list[str]:
    """Say of every pair which run is right more often, and whether chance may do it."""
    if found.measure == "r2":
        return []
    return [_more_often(line, found.measure) for line in found.agreement.to_dict("records")]


def table_rows(found: Comparison) -> pd.DataFrame:
    """Return a row a run: what it is, accuracy with its interval in words, and the audit's figures."""
    table = found.table
    between = [
        "" if np.isnan(low) else say("{low:.1%} to {high:.1%}", low=low, high=high)
        for low, high in zip(table["accuracy_low"], table["accuracy_high"], strict=True)
    ]
    shown = table[["run", "recipe", "fusion", "seed", "accuracy"]].copy()
    shown["between"] = between
    for name in ("ece", "contribution_argmax", "irs", "leak"):
        shown[name] = table[name]
    return shown.dropna(axis=1, how="all")


def per_expert(found: Comparison, kind: str) -> pd.DataFrame:
    """Return the rows of ``plot_stability``: "roles", "weight" or "share" of every expert in every run."""
    rows = [
        (name, line["run"], line[f"{kind}.{name}"], np.nan, np.nan)
        for name in found.experts
        for _, line in found.table.iterrows()
    ]
    frame = pd.DataFrame(rows, columns=["expert", "label", "value", "low", "high"])
    return frame.dropna(subset=["value"]).reset_index(drop=True)


def sample_shares(found: Comparison, sample_id: str) -> pd.DataFrame:
    """Return the rows of ``plot_stability`` for a sample: each expert's share of the answer in every run."""
    row = sample_row(found, sample_id)
    rows = [
        (name, run, row.get(f"{run} share {name}"), np.nan, np.nan)
        for name in found.experts
        for run in found.runs
    ]
    frame = pd.DataFrame(rows, columns=["expert", "label", "value", "low", "high"])
    return frame.dropna(subset=["value"]).reset_index(drop=True)


def sample_row(found: Comparison, sample_id: str) -> pd.Series:
    """Return all that the runs say of one sample; an empty row where it is not among them."""
    places = found.samples.index[found.samples["id"].astype(str) == sample_id]
    return found.samples.loc[places[0]] if len(places) else pd.Series(dtype=object)


def with_experts(found: Comparison) -> list[str]:
    """Return the runs that have experts, and so weights."""
    known = found.table[f"weight.{found.experts[0]}"].notna()
    return [str(name) for name in found.table.loc[known, "run"]]


def weights_of(found: Comparison, a: str, b: str, expert: str, kind: str = "weight") -> pd.DataFrame:
    """Return the points of ``plot_compared``: ``id x y same``, the expert's number in two runs.

    At most ``POINTS``, evenly spread; empty where a run has no experts.
    """
    columns = [f"{a} {kind} {expert}", f"{b} {kind} {expert}"]
    if not set(columns) <= set(found.samples.columns):
        return pd.DataFrame(columns=["id", "x", "y", "same"])
    step = max(1, -(-len(found.samples) // POINTS))
    rows = found.samples.iloc[::step]
    same = rows[f"{a} answer"] == rows[f"{b} answer"]
    points = {"id": rows["id"].astype(str), "x": rows[columns[0]], "y": rows[columns[1]], "same": same}
    return pd.DataFrame(points).dropna().reset_index(drop=True)


def _kind(run: RunSummary) -> tuple[object, ...]:
    return run.data, run.modalities, run.classes


def _more_often(line: Mapping[Any, Any], measure: str) -> str:
    a, b, gap = plain(line["a"], 60), plain(line["b"], 60), float(line["accuracy_difference"])
    low, high = float(line["accuracy_difference_low"]), float(line["accuracy_difference_high"])
    even, ahead = SENTENCES.get(measure, SENTENCES["accuracy"])
    if low <= 0 <= high:
        return say(even, a=a, b=b, gap=_points(gap), low=_points(low), high=_points(high))
    better, worse = (b, a) if gap > 0 else (a, b)
    low, high = sorted((abs(low), abs(high)))
    return say(
        ahead, better=better, worse=worse, gap=_points(abs(gap)), low=_points(low), high=_points(high)
    )  # fmt: skip


def _points(share: float) -> str:
    return say("{number} points", number=f"{100 * share:.1f}".replace("-", "−"))
