"""The eight weak points of a run as rows for figures, and one short number each; draws nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from i2moe_core.analysis.weak.points import read_weak_points
from i2moe_core.checkpoint import Run
from i2moe_core.checkpoint.names import WEAK_POINTS
from i2moe_core.explain.numbers import counted, percent, signed
from i2moe_core.language import marked, say
from i2moe_core.plots import expert_label
from i2moe_core.plots.palette import INK, expert_colours
from i2moe_core.ui.trusted import beginning, number_of
from i2moe_core.ui.words import plain

Point = Mapping[str, Any]
FOLLOWS = {  # the part of the gate that follows from something -> what
    "by_class": marked("The answer's class"),
    "by_interaction": marked("The true kind"),
    "by_probes": marked("The evidence"),
}


def find_weak_points(run: Run) -> Mapping[str, Any] | None:
    """Return the weak points kept with a run; None where they were not measured, or of other weights.

    Raises:
        InputError: the file is damaged or of another version.
    """
    path = run.path / WEAK_POINTS
    found = _read(str(run.path), path.stat().st_mtime_ns) if path.is_file() else None
    return None if found is None or found.get("run_id") != run.id else found


@st.cache_resource(max_entries=8, show_spinner=False)
def _read(folder: str, written: int) -> dict[str, Any] | None:
    return read_weak_points(Path(folder))


def short_number(key: str, point: Point) -> str:
    """Return a weak point's main number with its unit, for a table."""
    numbers, number = point["numbers"], number_of(point, "number")
    if key == "margin" and not numbers.get("used"):
        return say("not used")
    if number is None:
        return say("not known")
    if key == "conflict":
        return say("cosine {cosine}", cosine=signed(number))
    if key == "suppression":
        return say("least gets {share}", share=percent(number))
    if key == "disagreement":
        return say("in {share} of the samples", share=counted(number))
    if key == "replacement":
        return say("± {points} points", points=f"{100 * number:.1f}")
    if key == "experts":
        return say("{used} of {count} used", used=f"{number:.1f}", count=numbers.get("experts", "?"))
    if key == "gate":
        return say("{share} by the class", share=percent(number))
    if key == "margin":
        return say("moves {points} points", points=f"{100 * number:.0f}")
    return say("{ratio} × the training", ratio=f"{number:.1f}")


def against_rows(values: Mapping[str, Any], rest: Mapping[str, Any]) -> pd.DataFrame:
    """Return the rows of ``plot_against`` for two numbers an expert."""
    colours = expert_colours(list(values))
    rows = [
        (name, expert_label(name), value, value, value, number_of(rest, name), colours[name], True)
        for name in values
        if (value := number_of(values, name)) is not None and number_of(rest, name) is not None
    ]
    return pd.DataFrame(rows, columns=["key", "label", "value", "low", "high", "rest", "colour", "sure"])


def agreement_rows(point: Point) -> pd.DataFrame:
    """Return the rows of ``plot_against``: right where experts agree and where not, against all samples."""
    numbers = point["numbers"]
    counts = numbers.get("quadrants") or {}
    right = sum(counts.get(f"{kind}_right") or 0 for kind in ("agree", "disagree"))
    wrong = sum(counts.get(f"{kind}_wrong") or 0 for kind in ("agree", "disagree"))
    rows = []
    for kind, label in (("agree", say("all experts agree")), ("disagree", say("they disagree"))):
        value = number_of(numbers, f"accuracy_{kind}")
        if value is not None and right + wrong:
            low, high = numbers[f"accuracy_{kind}_interval"]
            rows.append((kind, beginning(label), value, low, high, right / (right + wrong), INK, True))
    return pd.DataFrame(rows, columns=["key", "label", "value", "low", "high", "rest", "colour", "sure"])


def draw_rows(point: Point) -> pd.DataFrame:
    """Return the rows of ``plot_against``: spread over random vectors against that over other samples."""
    random, swap = (point["numbers"].get(kind) for kind in ("random", "swap"))
    if not random or not swap:
        return against_rows({}, {})
    rows = against_rows(random["experts"], swap["experts"])
    whole = number_of(random, "mixture")
    if whole is None:
        return rows
    mixture = ("mixture", say("Whole model"), whole, whole, whole, number_of(swap, "mixture"), INK, True)
    return pd.concat([rows, pd.DataFrame([mixture], columns=rows.columns)], ignore_index=True)


def closest_pair(point: Point) -> str:
    """Say which two experts' answers are closest; nothing where that was not measured."""
    alike = [pair for pair in point["numbers"].get("alike") or [] if isinstance(pair[2], float)]
    if not alike:
        return ""
    first, second, bits = min(alike, key=lambda pair: pair[2])
    return say(
        "Closest to each other are **{first}** and **{second}**: their answers are {bits} bits apart on "
        "average (0: the same, 1: each certain of something else).",
        first=plain(expert_label(first)),
        second=plain(expert_label(second)),
        bits=f"{bits:.3f}",
    )


def lost_rows(point: Point) -> pd.DataFrame:
    """Return the rows of ``plot_changes``: right answers lost without each expert."""
    without = point["numbers"].get("without") or {}
    colours = expert_colours(list(without))
    rows = [
        (expert_label(n), number_of(v, "drop"), _or_nan(v, "drop_low"), _or_nan(v, "drop_high"), colours[n])
        for n, v in without.items()
        if number_of(v, "drop") is not None
    ]
    return pd.DataFrame(rows, columns=["label", "value", "low", "high", "colour"])


def gate_rows(point: Point) -> pd.DataFrame:
    """Return the rows of ``plot_accuracies``: what the differences between weights follow from."""
    rows = [
        (say(label), value, INK)
        for key, label in FOLLOWS.items()
        if (value := number_of(point["numbers"], key)) is not None
    ]
    return pd.DataFrame(rows, columns=["label", "value", "colour"])


def scan_rows(point: Point) -> pd.DataFrame:
    """Return the rows of ``plot_scan``: the share of triplets that pull at each margin."""
    rows = [(row["margin"], row["active"]) for row in point["numbers"].get("sensitivity") or []]
    return pd.DataFrame(rows, columns=["setting", "value"])


def sweep_rows(point: Point) -> pd.DataFrame:
    """Return ``margin accuracy irs contribution_argmax leak`` of the sweep beside the run; empty without."""
    return pd.DataFrame(point["numbers"].get("sweep") or [])


def cost_rows(point: Point) -> pd.DataFrame:
    """Return ``label ratio`` of ``plot_cost``."""
    numbers = point["numbers"]
    single = number_of(numbers, "seconds_per_sample", "single")
    passes = number_of(numbers, "seconds_per_sample", "all_passes")
    found = {
        say("Parameters"): number_of(numbers, "parameters", "ratio"),
        say("An answer"): number_of(numbers, "seconds_per_sample", "ratio"),
        say("All passes"): passes / single if passes is not None and single else None,
        say("The whole training"): number_of(numbers, "training", "ratio"),
    }
    rows = [(label, ratio) for label, ratio in found.items() if ratio is not None]
    return pd.DataFrame(rows, columns=["label", "ratio"])


def _or_nan(values: Mapping[str, Any], key: str) -> float:
    number = number_of(values, key)
    return math.nan if number is None else number
