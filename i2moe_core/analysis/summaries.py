"""Aggregates of an analysis that pages show: fast at a million rows, from columns already read.

Every function takes a frame with the columns it names and ``rows``, a boolean mask of the rows that count
(None: all). Intervals are for ``measures``: counts and means with their numbers are returned.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from i2moe_core.analysis.schema import column

BINS = 64  # of a shown distribution
FINE = 16  # finer bins in each, from which quantiles are read
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
ALL = "all"
GROUPS = {"right or wrong": "correct", "class": "label", "answer": "prediction", "dominant": "dominant"}


def distributions(
    table: pd.DataFrame,
    kind: str,
    experts: Sequence[str],
    by: str | None = None,
    rows: np.ndarray | None = None,
) -> pd.DataFrame:
    """Return how ``kind`` (weight, share, contribution, component, ...) is spread, by expert and group.

    One row per expert and group with ``count``, ``mean``, ``q05`` ... ``q95``, and ``density``: BINS numbers
    that integrate to 1 over ``low``..``high``, which all rows share, so that they can be drawn side by side.
    Quantiles are exact to a thousandth of that range. ``by`` is a column; groups without a row are left out.
    """
    values = [_numbers(table[column(kind, expert)], rows) for expert in experts]
    codes, names = group_codes(table[by], rows) if by else (np.zeros(len(values[0]), dtype=np.int64), [ALL])
    low, high = _range(values)
    records = []
    for expert, numbers in zip(experts, values, strict=True):
        counts = _histogram(numbers, codes, len(names), low, high)
        known = np.isfinite(numbers)
        sums = np.bincount(codes[known], weights=numbers[known], minlength=len(names))
        records += [
            {"expert": expert, "group": name, "low": low, "high": high}
            | _spread(counts[k], float(sums[k]), low, high)
            for k, name in enumerate(names)
            if counts[k].sum()
        ]
    return pd.DataFrame.from_records(records, columns=_columns())


def class_table(
    table: pd.DataFrame,
    kind: str,
    experts: Sequence[str],
    by: str = "label",
    rows: np.ndarray | None = None,
) -> pd.DataFrame:
    """Return the mean of ``kind`` per group and expert: one row a group, with its ``count``."""
    codes, names = group_codes(table[by], rows)
    result = pd.DataFrame({by: names, "count": np.bincount(codes, minlength=len(names))})
    for expert in experts:
        values = _numbers(table[column(kind, expert)], rows)
        known = np.isfinite(values)
        totals = np.bincount(codes[known], minlength=len(names))
        sums = np.bincount(codes[known], weights=values[known], minlength=len(names))
        result[expert] = np.divide(sums, totals, out=np.full(len(names), np.nan), where=totals > 0)
    return result[result["count"] > 0].reset_index(drop=True)


def dominance(
    table: pd.DataFrame, experts: Sequence[str], by: str | None = None, rows: np.ndarray | None = None
) -> pd.DataFrame:
    """Return in how many samples each expert has the largest share: ``group expert count total share``.

    Reads the column ``dominant``; ``total`` is the group's number of samples.
    """
    which, found = group_codes(table["dominant"], rows)
    place = {name: k for k, name in enumerate(found)}
    codes, names = group_codes(table[by], rows) if by else (np.zeros(len(which), dtype=np.int64), [ALL])
    counts = np.bincount(codes * len(found) + which, minlength=len(names) * len(found))
    counts = counts.reshape(len(names), len(found))
    records = [
        {"group": name, "expert": expert, "count": int(counts[g, place[expert]]) if expert in place else 0}
        | {"total": int(counts[g].sum())}
        for g, name in enumerate(names)
        for expert in experts
    ]
    frame = pd.DataFrame.from_records(records, columns=["group", "expert", "count", "total"])
    frame["share"] = frame["count"] / frame["total"].clip(lower=1)
    return frame


def quadrants(table: pd.DataFrame, agrees: np.ndarray, rows: np.ndarray | None = None) -> pd.DataFrame:
    """Return the counts of agreeing or not (``agrees``, (N,) bool) by right or wrong: ``agree right count``.

    Reads the column ``correct``; samples of which it is not known do not count.
    """
    right = table["correct"]
    known = right.notna().to_numpy() & (True if rows is None else rows)
    codes = 2 * agrees[known].astype(np.int64) + right[known].to_numpy(dtype=bool)
    counts = np.bincount(codes, minlength=4)
    cells = [(bool(k // 2), bool(k % 2), int(counts[k])) for k in range(4)]
    return pd.DataFrame(cells, columns=["agree", "right", "count"])


def contradictions(
    table: pd.DataFrame, experts: Sequence[str], rows: np.ndarray | None = None
) -> pd.DataFrame:
    """Return how often each two experts answer differently: (E, E) by name, 0 on the diagonal.

    Reads ``answer_*``; for a regression, whose answers are numbers, this says little.
    """
    numbers: dict[str, int] = {}
    answers = [_shared_codes(table[column("answer", expert)], rows, numbers) for expert in experts]
    differ = [[float((a != b).mean()) if len(a) else np.nan for b in answers] for a in answers]
    return pd.DataFrame(differ, index=list(experts), columns=list(experts))


def group_codes(values: pd.Series, rows: np.ndarray | None = None) -> tuple[np.ndarray, list[str]]:
    """Return each row's group by number, (n,), and the groups' names in order; null is the group "unknown".

    ``correct`` gives "wrong" and "right". Numbers are cut into four parts of equal size by the quartiles.
    """
    if rows is not None:
        values = values[rows]
    if values.name == "correct":
        values = values.map({True: "right", False: "wrong"})
    elif pd.api.types.is_float_dtype(values):
        values = _quarters(values)
    codes, found = pd.factorize(values, sort=True)
    names = [str(name) for name in found]
    if (codes < 0).any():
        codes = np.where(codes < 0, len(names), codes)
        names.append("unknown")
    return codes.astype(np.int64), names


def _quarters(values: pd.Series) -> pd.Series:
    """Return numbers as the names of their quarters; where many are equal, there are fewer parts."""
    numbers = values.to_numpy(dtype=np.float64)
    known = numbers[np.isfinite(numbers)]
    edges = np.unique(np.quantile(known, (0, 0.25, 0.5, 0.75, 1))) if len(known) else np.zeros(1)
    if len(edges) < 2:
        return pd.Series(
            pd.Categorical.from_codes(np.where(np.isfinite(numbers), 0, -1), [f"{edges[0]:.2f}"])
        )
    # Each part holds its upper edge, the first one its lower edge too.
    codes = np.searchsorted(edges[1:-1], numbers, side="left")
    names = [_between(edges, digits=".2f"), _between(edges, digits=".9g")]
    distinct = next(n for n in [*names, list(map(str, range(len(edges) - 1)))] if len(set(n)) == len(n))
    return pd.Series(
        pd.Categorical.from_codes(np.where(np.isfinite(numbers), codes, -1), distinct, ordered=True)
    )


def _between(edges: np.ndarray, digits: str) -> list[str]:
    return [f"{low:{digits}} to {high:{digits}}" for low, high in pairwise(edges)]


def _shared_codes(values: pd.Series, rows: np.ndarray | None, numbers: dict[str, int]) -> np.ndarray:
    """Return each answer by number; ``numbers`` grows, so that several columns share them."""
    codes, names = group_codes(values, rows)
    shared = np.array([numbers.setdefault(name, len(numbers)) for name in names], dtype=np.int64)
    return shared[codes]


def _numbers(values: pd.Series, rows: np.ndarray | None) -> np.ndarray:
    numbers: np.ndarray = values.to_numpy(dtype=np.float32)
    return numbers if rows is None else numbers[rows]


def _range(values: Sequence[np.ndarray]) -> tuple[float, float]:
    finite = [v[np.isfinite(v)] for v in values]
    finite = [v for v in finite if len(v)]
    if not finite:
        return 0.0, 1.0
    low, high = float(min(v.min() for v in finite)), float(max(v.max() for v in finite))
    if low >= 0 and high <= 1:
        return 0.0, 1.0
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _histogram(values: np.ndarray, codes: np.ndarray, groups: int, low: float, high: float) -> np.ndarray:
    """Return the counts in fine bins, (G, BINS * FINE)."""
    fine, known = BINS * FINE, np.isfinite(values)
    places = ((values[known] - low) * (fine / (high - low))).astype(np.int64).clip(0, fine - 1)
    counts = np.bincount(codes[known] * fine + places, minlength=groups * fine)
    return counts.reshape(groups, fine)


def _spread(counts: np.ndarray, total: float, low: float, high: float) -> dict[str, object]:
    count = int(counts.sum())
    edges = np.linspace(low, high, len(counts) + 1)
    reached = np.concatenate([[0], np.cumsum(counts)]) / count
    quantiles = np.interp(QUANTILES, reached, edges)
    density = counts.reshape(BINS, FINE).sum(1) / count / ((high - low) / BINS)
    named = {f"q{round(100 * q):02}": float(v) for q, v in zip(QUANTILES, quantiles, strict=True)}
    return {"count": count, "mean": total / count, **named, "density": density}


def _columns() -> list[str]:
    quantiles = [f"q{round(100 * q):02}" for q in QUANTILES]
    return ["expert", "group", "low", "high", "count", "mean", *quantiles, "density"]
