"""Found slices: clusters of samples in which something (an error, a disagreement) is unusually frequent."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import hypergeom
from sklearn.cluster import MiniBatchKMeans

from i2moe_core.language import say
from i2moe_core.measures.intervals import wilson_interval
from i2moe_core.measures.words import OverWord, count_words, over_represented

_SURE = 3.0  # z-score of a word good for a name: of hundreds of words some pass 2 by chance


@dataclass(frozen=True)
class Slice:
    """One cluster: its samples and how often they are marked, against the rest.

    rows: the samples, nearest to the centre first (the first ones are its exemplars). rate, low, high: share
    marked with its Wilson interval; rest: the share among all other samples. q: the p-value of "as frequent
    as in the rest", corrected over all clusters. words: what marks its texts.
    """

    rows: np.ndarray
    rate: float
    low: float
    high: float
    rest: float
    q: float
    words: tuple[OverWord, ...]

    @property
    def name(self) -> str:
        """The words that mark it most, else its size in the visitor's language."""
        return ", ".join(word.word for word in self.words[:3]) or say("{count:,} samples", count=len(self))

    def __len__(self) -> int:
        return len(self.rows)


def found_slices(
    coordinates: np.ndarray,
    marked: np.ndarray,
    texts: Sequence[str | None] | None = None,
    clusters: int = 25,
    smallest: int = 20,
    level: float = 0.05,
    seed: int = 0,
) -> list[Slice]:
    """Return the clusters in which ``marked`` is unusually frequent, the surest first; may be none.

    coordinates: (N, D), which must not be made of ``marked`` itself, or the test proves nothing; marked: (N,)
    bool. Clusters by k-means (fixed seed); those under ``smallest`` samples are left out. A cluster's p is
    hypergeometric (Fisher's exact test, one-sided); kept are those with Benjamini-Hochberg q <= level.
    """
    marked = np.asarray(marked, bool)
    if len(marked) < 2 * smallest or not 0 < marked.sum() < len(marked):
        return []
    groups = _clusters(np.asarray(coordinates, float), min(clusters, len(marked) // smallest), seed)
    groups = [rows for rows in groups if smallest <= len(rows) < len(marked)]
    p = np.array([_excess_p(marked, rows) for rows in groups])
    q = benjamini_hochberg(p)
    kept = [k for k in np.argsort(p, kind="stable") if q[k] <= level]
    everything: Counter[str] = count_words(texts) if texts is not None and kept else Counter()
    return [_slice(groups[k], marked, float(q[k]), texts, everything) for k in kept]


def benjamini_hochberg(p: np.ndarray) -> np.ndarray:
    """Return the p-values corrected for their number, (K,): q_(i) = min_{j >= i} p_(j) K / j.

    Keeping q <= a holds the expected share of false finds at a. Reference: Benjamini and Hochberg, 1995.
    """
    order = np.argsort(p)
    steps = p[order] * len(p) / np.arange(1, len(p) + 1)
    q = np.empty(len(p))
    q[order] = np.minimum(np.minimum.accumulate(steps[::-1])[::-1], 1)
    return q


def largest(values: np.ndarray, share: float) -> np.ndarray:
    """Return which samples belong to the top ``share`` of a graded measure, (N,) bool; NaN never does.

    Equal values stand or fall together, so it may be fewer; where all are equal it is none.
    """
    known = values[~np.isnan(values)]
    if len(known) == 0:
        return np.zeros(len(values), bool)
    return values > np.quantile(known, 1 - share)


def _clusters(coordinates: np.ndarray, count: int, seed: int) -> list[np.ndarray]:
    """Return each cluster's rows, nearest to its centre first."""
    spread = coordinates.std(0)
    scaled = (coordinates - coordinates.mean(0)) / (spread.max() or 1.0)
    count = max(1, min(count, len(np.unique(scaled, axis=0))))
    means = MiniBatchKMeans(count, random_state=seed, n_init=3, batch_size=4096).fit(scaled)
    far = ((scaled - means.cluster_centers_[means.labels_]) ** 2).sum(-1)
    order = np.argsort(far, kind="stable")
    return [order[means.labels_[order] == k] for k in range(count)]


def _excess_p(marked: np.ndarray, rows: np.ndarray) -> float:
    """Return the chance that so many of the cluster are marked, were the marks dealt out blindly."""
    return float(hypergeom.sf(marked[rows].sum() - 1, len(marked), marked.sum(), len(rows)))


def _slice(
    rows: np.ndarray,
    marked: np.ndarray,
    q: float,
    texts: Sequence[str | None] | None,
    everything: Counter[str],
) -> Slice:
    hits = int(marked[rows].sum())
    low, high = wilson_interval(hits, len(rows))
    rest = (marked.sum() - hits) / (len(marked) - len(rows))
    words: tuple[OverWord, ...] = ()
    if texts is not None:
        found = over_represented(count_words(texts[row] for row in rows), everything, most=5)
        words = tuple(word for word in found if word.z > _SURE)
    return Slice(rows, hits / len(rows), float(low), float(high), float(rest), q, words)
