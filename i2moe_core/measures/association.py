"""Do two numbers rise together over the samples? Spearman's rank correlation, with a bootstrap interval."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from i2moe_core.measures.intervals import percentile_interval

_MANY = 2_000  # above, resampling gives what the formula gives
_OPEN = (-1 + 1e-15, 1 - 1e-15)
_BLOCK = 2_000_000  # numbers held at a time


@dataclass(frozen=True)
class Correlation:
    """A rank correlation in [-1, 1], its interval, and of how many samples; NaN where a side is constant."""

    value: float
    low: float
    high: float
    samples: int


def rank_correlation(
    a: np.ndarray, b: np.ndarray, level: float = 0.95, draws: int = 1000, seed: int = 0
) -> Correlation:
    """Return Spearman's correlation of two columns, (N,); equal numbers share their mean rank.

    Samples in which either side is NaN are left out. Interval: percentile bootstrap; above 2,000 samples
    tanh(artanh(rho) ± z sqrt((1 + rho²/2) / (N - 3))), Bonett and Wright, Psychometrika 2000.
    """
    known = ~(np.isnan(a) | np.isnan(b))
    places_a, places_b = (np.unique(x[known], return_inverse=True)[1] for x in (a, b))
    size = int(known.sum())
    if size < 3:
        return Correlation(float("nan"), float("nan"), float("nan"), size)
    value = float(_weighted_spearman(places_a, places_b, np.ones((1, size)))[0])
    if size > _MANY:
        half = float(ndtri(0.5 + level / 2)) * np.sqrt((1 + value**2 / 2) / (size - 3))
        low, high = np.tanh(np.arctanh(np.clip(value, *_OPEN)) + np.array([-half, half]))
    else:
        low, high = percentile_interval(_resampled(places_a, places_b, draws, seed), level)
    return Correlation(value, float(low), float(high), size)


def _resampled(a: np.ndarray, b: np.ndarray, draws: int, seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    size = len(a)
    block = max(1, _BLOCK // size)
    parts = []
    for start in range(0, draws, block):
        rows = min(block, draws - start)
        drawn = random.integers(size, size=(rows, size)) + size * np.arange(rows)[:, None]
        times = np.bincount(drawn.ravel(), minlength=rows * size).reshape(rows, size)
        parts.append(_weighted_spearman(a, b, times.astype(float)))
    return np.concatenate(parts)


def _weighted_spearman(a: np.ndarray, b: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Return the correlation of samples that occur ``times`` (R, N) often, (R,); a, b: places in order."""
    first, second = _centred_ranks(a, times), _centred_ranks(b, times)
    shared = (times * first * second).sum(-1)
    spread = np.sqrt((times * first**2).sum(-1) * (times * second**2).sum(-1))
    return np.divide(shared, spread, out=np.full_like(shared, np.nan), where=spread > 1e-9)


def _centred_ranks(places: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Return mean rank minus (N + 1) / 2 of each sample, (R, N)."""
    order = np.argsort(places, kind="stable")
    starts = np.flatnonzero(np.diff(places[order], prepend=-1))
    counts = np.add.reduceat(times[:, order], starts, axis=-1)  # (R, distinct)
    ranks = counts.cumsum(-1) - (counts - 1) / 2
    centred: np.ndarray = (ranks - (times.sum(-1, keepdims=True) + 1) / 2)[:, places]
    return centred
