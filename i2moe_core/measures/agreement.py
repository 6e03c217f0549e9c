"""Do raters agree? Fleiss' kappa and Krippendorff's alpha, with intervals over the items."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from i2moe_core.measures.intervals import percentile_interval


@dataclass(frozen=True)
class Agreement:
    """An agreement (1: full, 0: as by chance, below: worse), its interval, and of how many items.

    items: those that at least two raters have rated; NaN stands where there is nothing to compare.
    """

    value: float
    low: float
    high: float
    items: int


def fleiss_kappa(ratings: np.ndarray, categories: int) -> float:
    """Return Fleiss' kappa of ratings (R, N), whole numbers from 1 to ``categories``, NaN where not rated.

        kappa = (P - P_e) / (1 - P_e);  P = mean_i sum_j n_ij (n_ij - 1) / (n_i (n_i - 1));  P_e = sum_j p_j^2

    Reference: Fleiss, Psychological Bulletin 1971. There every item has equally many ratings; here n_i may
    differ, and items with fewer than two are left out. NaN where all ratings are of one category.
    """
    counts = np.stack([(ratings == c).sum(0) for c in range(1, categories + 1)], axis=1).astype(float)
    counts = counts[counts.sum(1) >= 2]
    if len(counts) == 0:
        return float("nan")
    rated = counts.sum(1)
    observed = float(((counts * (counts - 1)).sum(1) / (rated * (rated - 1))).mean())
    by_chance = float(((counts.sum(0) / counts.sum()) ** 2).sum())
    return (observed - by_chance) / (1 - by_chance) if by_chance < 1 else float("nan")


def krippendorff_alpha(ratings: np.ndarray, metric: str = "ordinal") -> float:
    """Return Krippendorff's alpha of ratings (R, N), NaN where not rated.

        alpha = 1 - (n - 1) sum o_ck d2(c, k) / sum n_c n_k d2(c, k)

    metric: "nominal" (d2 is 1 where they differ), "interval" (the squared difference) or "ordinal" (the
    squared number of ratings between the two, half of those at both ends). Reference: Krippendorff,
    Computing Krippendorff's Alpha-Reliability, 2011. NaN where all ratings are the same.

    Raises:
        ValueError: there is no such metric.
    """
    values = np.unique(ratings[~np.isnan(ratings)])
    if len(values) < 2:
        return float("nan")
    together = _coincidences(ratings, values)
    totals = together.sum(1)  # n_c
    distances = _distances(values, totals, metric)
    expected = float((np.outer(totals, totals) * distances).sum())
    if expected == 0:
        return float("nan")
    return 1 - (totals.sum() - 1) * float((together * distances).sum()) / expected


def _coincidences(ratings: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return how often two values were given to one item by two raters, (V, V); each item weighs n_i."""
    counts = np.stack([(ratings == v).sum(0) for v in values], axis=1).astype(float).reshape(-1, len(values))
    counts = counts[counts.sum(1) >= 2]
    pairs = counts[:, :, None] * counts[:, None, :] - np.eye(len(values)) * counts[:, None, :]
    summed: np.ndarray = (pairs / (counts.sum(1) - 1)[:, None, None]).sum(0)
    return summed


def _distances(values: np.ndarray, totals: np.ndarray, metric: str) -> np.ndarray:
    if metric == "nominal":
        return (values[:, None] != values[None, :]).astype(float)
    if metric == "interval":
        return np.subtract.outer(values, values) ** 2
    if metric != "ordinal":
        raise ValueError(f"metric must be nominal, ordinal or interval, but is '{metric}'")
    middles = np.cumsum(totals) - totals / 2
    return np.subtract.outer(middles, middles) ** 2


def with_interval(
    measure: Callable[[np.ndarray], float], ratings: np.ndarray, draws: int = 1000, seed: int = 0
) -> Agreement:
    """Return a measure of ratings (R, N) with its 95% percentile bootstrap interval over the items."""
    items = int(((~np.isnan(ratings)).sum(0) >= 2).sum())
    if items < 2:
        return Agreement(measure(ratings) if items else float("nan"), float("nan"), float("nan"), items)
    random = np.random.default_rng(seed)
    count = ratings.shape[1]
    drawn = np.array([measure(ratings[:, random.integers(count, size=count)]) for _ in range(draws)])
    low, high = percentile_interval(drawn)
    return Agreement(measure(ratings), float(low), float(high), items)
