"""How sure a number is: bootstrap and Wilson intervals. Seeded: the same numbers give the same interval."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

_MANY = 10_000  # above, resampled means are normal to less than the resampling's own noise
_BLOCK = 4_000_000  # numbers held at a time


def wilson_interval(hits: ArrayLike, trials: ArrayLike, level: float = 0.95) -> np.ndarray:
    """Return the interval of a share, (..., 2); [0, 1] where there are no trials.

        (p + z²/2n ± z sqrt(p (1 - p) / n + z²/4n²)) / (1 + z²/n)

    Reference: Wilson, JASA 1927. Unlike p ± z s it stays in [0, 1] and is not empty at 0 of n.
    """
    of, counts = np.broadcast_arrays(np.asarray(hits, float), np.asarray(trials, float))
    z2 = float(ndtri(0.5 + level / 2)) ** 2
    size = np.maximum(counts, 1)
    share = of / size
    half = np.sqrt(z2 * (share * (1 - share) / size + z2 / (4 * size**2)))
    ends = np.stack([share + z2 / (2 * size) - half, share + z2 / (2 * size) + half], -1)
    known = np.clip(ends / (1 + z2 / size)[..., None], 0, 1)
    return np.where((counts > 0)[..., None], known, np.array([0.0, 1.0]))


def mean_interval(values: np.ndarray, level: float = 0.95, draws: int = 1000, seed: int = 0) -> np.ndarray:
    """Return the percentile bootstrap interval of each column's mean, (N, ...) -> (..., 2).

    Whole rows are drawn again, so shares of several experts in one sample stay together. Reference: Efron and
    Tibshirani, 1993, section 13.3. Above 10,000 rows the normal limit mean ± z s / sqrt(N). NaN for no rows.
    """
    values = np.asarray(values, float)
    if len(values) == 0:
        return np.full((*values.shape[1:], 2), np.nan)
    flat = values.reshape(len(values), -1)
    if len(flat) > _MANY:
        half = float(ndtri(0.5 + level / 2)) * flat.std(0, ddof=1) / np.sqrt(len(flat))
        ends = np.stack([flat.mean(0) - half, flat.mean(0) + half])
    else:
        ends = percentile_interval(_resampled(flat, draws, seed, np.mean), level)
    return ends.T.reshape(*values.shape[1:], 2)


def median_interval(values: np.ndarray, level: float = 0.95, draws: int = 1000, seed: int = 0) -> np.ndarray:
    """Return the percentile bootstrap interval of the median, (N,) -> (2,); NaN for no values."""
    values = np.asarray(values, float)
    if len(values) == 0:
        return np.full(2, np.nan)
    return percentile_interval(_resampled(values[:, None], draws, seed, np.median), level)[:, 0]


def share_interval(
    kinds: np.ndarray, count: int, level: float = 0.95, draws: int = 1000, seed: int = 0
) -> np.ndarray:
    """Return the bootstrap interval of each kind's share, (N,) int in 0..count-1 -> (count, 2).

    Drawing N samples again changes the counts as a multinomial does, so any N costs the same.
    """
    if len(kinds) == 0:
        return np.full((count, 2), np.nan)
    shares = np.bincount(kinds, minlength=count) / len(kinds)
    drawn = np.random.default_rng(seed).multinomial(len(kinds), shares, draws) / len(kinds)
    return percentile_interval(drawn, level).T


def percentile_interval(drawn: np.ndarray, level: float = 0.95) -> np.ndarray:
    """Return the ends between which the middle ``level`` of the draws lies, (draws, ...) -> (2, ...)."""
    if np.isnan(drawn).all():
        return np.full((2, *drawn.shape[1:]), np.nan)
    ends: np.ndarray = np.nanquantile(drawn, [0.5 - level / 2, 0.5 + level / 2], axis=0)
    return ends


def _resampled(flat: np.ndarray, draws: int, seed: int, of: Callable[..., np.ndarray]) -> np.ndarray:
    """Return ``of`` each column of ``draws`` resamples, (draws, K)."""
    random = np.random.default_rng(seed)
    rows, columns = flat.shape
    block = max(1, _BLOCK // (rows * max(columns, 1)))
    starts = range(0, draws, block)
    return np.concatenate(
        [of(flat[random.integers(rows, size=(min(block, draws - k), rows))], axis=1) for k in starts]
    )
