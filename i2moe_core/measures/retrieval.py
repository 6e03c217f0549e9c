"""Cross-modal retrieval: at which rank a query finds its own partner, and what chance would find.

Right answers are the query's own partner and its duplicates: an item that is equal to the partner, and the
partner of a query that is equal to this one. Nobody could tell these apart.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from i2moe_core.measures.intervals import mean_interval, median_interval

KS = (1, 5, 10)


@dataclass(frozen=True)
class Ranks:
    """Where each of N queries finds its first right answer among N items.

    rank: (N,) from 1, expected over the orders of equal scores. hit: (N, K) chance that a right answer is
    among the first k. right: (N,) how many answers are right.
    """

    rank: np.ndarray
    hit: np.ndarray
    right: np.ndarray


@dataclass(frozen=True)
class Figure:
    """A measure with its 95% bootstrap interval over queries, and its expectation for random scores."""

    value: float
    low: float
    high: float
    chance: float


def rank_blocks(
    blocks: Iterable[tuple[int, np.ndarray]], queries: np.ndarray, items: np.ndarray, ks: Sequence[int] = KS
) -> Ranks:
    """Return every query's rank; only one block of scores is held at a time.

        rank = 1 + higher + tied wrong / (tied right + 1),   the mid-rank where one answer is right

    blocks: (first query, its scores (n, N)), together each query once. queries, items: (N,) numbers in which
    equal contents are equal; sample i's partner is item i. Scores that are no numbers count as the lowest.

    Raises:
        ValueError: the blocks do not hold each query once.
    """
    count = len(queries)
    rank, hit, right = np.full(count, np.nan), np.zeros((count, len(ks))), np.zeros(count, dtype=np.int64)
    for start, scores in blocks:
        rows = slice(start, start + len(scores))
        if not np.isnan(rank[rows]).all():
            raise ValueError(f"The queries from {start} on came twice.")
        same = (items[rows, None] == items) | (queries[rows, None] == queries)
        rank[rows], hit[rows] = _first_right(np.where(np.isnan(scores), -np.inf, scores), same, ks)
        right[rows] = same.sum(1)
    if np.isnan(rank).any():
        raise ValueError(f"The blocks lack {int(np.isnan(rank).sum())} of {count} queries.")
    return Ranks(rank, hit, right)


def summarize(ranks: Ranks, ks: Sequence[int] = KS, seed: int = 0) -> dict[str, Figure]:
    """Return recall at each k, the median rank and the mean reciprocal rank.

    Each with its interval and with chance: a random order of the same items with the same right answers.
    """
    inverse = 1 / ranks.rank
    values = [*ranks.hit.mean(0), np.median(ranks.rank), inverse.mean()]
    ends = [*mean_interval(ranks.hit, seed=seed), median_interval(ranks.rank, seed=seed)]
    ends.append(mean_interval(inverse, seed=seed))
    names = [*(f"recall@{k}" for k in ks), "median_rank", "mean_reciprocal_rank"]
    chances = chance(ranks.right, ks)
    return {
        name: Figure(float(value), float(low), float(high), chances[name])
        for name, value, (low, high) in zip(names, values, ends, strict=True)
    }


def chance(right: np.ndarray, ks: Sequence[int] = KS) -> dict[str, float]:
    """Return what random orders of N items give, exactly.

        P(rank > r) = C(N - R, r) / C(N, r) for R right answers among N

    right: (N,) R of each query. The median is that of all queries' ranks together.
    """
    count = len(right)
    sizes, times = np.unique(right, return_counts=True)
    beyond = times @ np.stack([_beyond(size, count) for size in sizes]) / count  # (N + 1,), P(rank > r)
    exactly = beyond[:-1] - beyond[1:]
    found = {f"recall@{k}": float(1 - beyond[min(k, count)]) for k in ks}
    found["median_rank"] = float(np.flatnonzero(beyond <= 0.5 + 1e-12)[0])
    return found | {"mean_reciprocal_rank": float((exactly / np.arange(1, count + 1)).sum())}


def numbered(values: Iterable[object]) -> np.ndarray:
    """Return a number for each value, the same for equal ones, (N,)."""
    seen: dict[object, int] = {}
    return np.array([seen.setdefault(value, len(seen)) for value in values], dtype=np.int64)


def _first_right(scores: np.ndarray, same: np.ndarray, ks: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Return the first right answer's expected rank (n,) and chance to be among the first k, (n, K)."""
    best = np.where(same, scores, -np.inf).max(1, keepdims=True)
    higher = (scores > best).sum(1)
    tied = scores == best
    tied_right = (tied & same).sum(1)
    tied_wrong = tied.sum(1) - tied_right
    rank = 1 + higher + tied_wrong / (tied_right + 1)
    hits = np.ones((len(scores), len(ks)))
    for column, k in enumerate(ks):
        hits[:, column] = 1 - _none_among(tied_wrong, tied_right, np.maximum(k - higher, 0))
    return rank, hits


def _none_among(wrong: np.ndarray, right: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """Return the chance that the first ``drawn`` of wrong + right items in random order are all wrong."""
    chance = np.ones(len(wrong))
    for step in range(int(drawn.max(initial=0))):
        left = np.maximum(wrong - step, 0) / np.maximum(wrong + right - step, 1)
        chance = np.where(step < drawn, chance * left, chance)
    return chance


def _beyond(right: int, count: int) -> np.ndarray:
    """Return P(rank > r) for r = 0..N."""
    steps = np.arange(count)
    return np.concatenate([[1.0], np.cumprod(np.maximum(count - right - steps, 0) / (count - steps))])
