"""How far two runs agree on the same samples, and how stable runs are that differ in their seeds only."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from i2moe_core.analysis.comparison.said import RunSaid
from i2moe_core.measures.association import rank_correlation
from i2moe_core.measures.intervals import mean_interval

SAME = ("same_answer", "same_dominant", "same_heaviest")
APART = ("weight_difference", "share_difference")


def agreement_table(said: Sequence[RunSaid], experts: Sequence[str]) -> pd.DataFrame:
    """Return a row for each two runs."""
    return pd.DataFrame([_pair(a, b, experts) for a, b in combinations(said, 2)])


def stability_table(table: pd.DataFrame, agreement: pd.DataFrame, experts: Sequence[str]) -> pd.DataFrame:
    """Return a row for each group of two runs or more that differ in their seeds only."""
    ranks = [f"rank.{name}" for name in experts]
    rows = []
    for group, runs in table.groupby("group"):
        if len(runs) < 2:
            continue
        inside = agreement[agreement.a.isin(runs.run) & agreement.b.isin(runs.run)]
        row = {"group": int(group), "runs": len(runs), "accuracy": runs.accuracy.mean()}
        row |= {"accuracy_std": runs.accuracy.std(ddof=0)}
        row |= {name: inside[name].mean() for name in (*SAME, *APART, *ranks)}
        rows.append(row | {"lowest_rank": inside[ranks].min().min()})
    columns = ["group", "runs", "accuracy", "accuracy_std", *SAME, *APART, *ranks, "lowest_rank"]
    return pd.DataFrame(rows, columns=columns)


def _pair(a: RunSaid, b: RunSaid, experts: Sequence[str]) -> dict[str, Any]:
    row: dict[str, Any] = {"a": a.label, "b": b.label}
    row |= _share("same_answer", (a.votes == b.votes).all(-1))
    row |= _share("same_dominant", _same_largest(a.shares, b.shares))
    row |= _share("same_heaviest", _same_largest(a.weights, b.weights))
    row |= {"weight_difference": _apart(a.weights, b.weights), "share_difference": _apart(a.shares, b.shares)}
    row |= _share("accuracy_difference", b.right.astype(float) - a.right)
    for k, name in enumerate(experts):
        row |= _rank(name, a.weights, b.weights, k)
    return row


def _share(name: str, values: np.ndarray | None) -> dict[str, float]:
    """Return a mean over the samples with its interval; NaN where there is none."""
    if values is None:
        return dict.fromkeys((name, f"{name}_low", f"{name}_high"), float("nan"))
    low, high = mean_interval(values)
    return {name: float(values.mean()), f"{name}_low": float(low), f"{name}_high": float(high)}


def _same_largest(a: np.ndarray | None, b: np.ndarray | None) -> np.ndarray | None:
    return None if a is None or b is None else a.argmax(-1) == b.argmax(-1)


def _apart(a: np.ndarray | None, b: np.ndarray | None) -> float:
    return float("nan") if a is None or b is None else float(np.abs(a - b).mean())


def _rank(name: str, a: np.ndarray | None, b: np.ndarray | None, expert: int) -> dict[str, float]:
    keys = (f"rank.{name}", f"rank_low.{name}", f"rank_high.{name}")
    if a is None or b is None:
        return dict.fromkeys(keys, float("nan"))
    found = rank_correlation(a[:, expert], b[:, expert], draws=300)
    return dict(zip(keys, (found.value, found.low, found.high), strict=True))
