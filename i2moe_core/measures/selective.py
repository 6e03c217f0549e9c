"""Answering only where a score is high: the risk-coverage curve, and whether the score is a good sign at all.

The score is any number that should be larger where the answer is safer: agreement, confidence.
"""

from dataclasses import dataclass

import numpy as np

from i2moe_core.measures.intervals import percentile_interval

_GROUPS = 2000  # distinct scores that a bootstrap tells apart


@dataclass(frozen=True)
class RiskCoverage:
    """The curve, one point a group of equal scores: answering the samples with score >= threshold.

    coverage: share answered, rising to 1; risk: mean error among them. aurc: the area under it, the mean risk
    over all coverages 1/N, 2/N .. 1; excess: aurc minus the area of the best possible order (E-AURC).
    ``risk[-1]`` is the risk of answering everything, and the area of an order by chance.
    """

    threshold: np.ndarray
    coverage: np.ndarray
    risk: np.ndarray
    aurc: float
    excess: float


def risk_coverage(score: np.ndarray, error: np.ndarray) -> RiskCoverage:
    """Return the risk-coverage curve of N samples; error: bool, or a loss of any size.

    Equal scores come in no order: their samples count with the group's mean error, which is the expectation
    over all orders. Reference: Geifman, Uziel, El-Yaniv, ICLR 2019 (arXiv 1805.08206), equations 2 to 4.
    """
    if len(score) == 0:
        empty = np.empty(0)
        return RiskCoverage(empty, empty, empty, float("nan"), float("nan"))
    threshold, size, wrong = _groups(-score, error)
    answered = size.cumsum()
    best = np.sort(error.astype(float))
    area = _area(size, wrong)
    return RiskCoverage(
        -threshold,
        answered / len(score),
        wrong.cumsum() / answered,
        area,
        area - _area(np.ones(len(best)), best),
    )


def _area(size: np.ndarray, wrong: np.ndarray) -> float:
    """Return the mean over k = 1..N of the expected mean error of the first k, from ordered groups."""
    counts = size.astype(int)
    each = np.repeat(wrong / size, counts)
    return float((each.cumsum() / np.arange(1, counts.sum() + 1)).mean())


def _groups(key: np.ndarray, error: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the distinct keys in rising order, their numbers of samples and their sums of errors."""
    values, places = np.unique(key, return_inverse=True)
    return values, np.bincount(places).astype(float), np.bincount(places, weights=error.astype(float))


@dataclass(frozen=True)
class Sign:
    """Whether a high score is a good sign: the chance that a right answer has a higher one than a wrong one.

    value: .5 says nothing, below .5 the curve inverts. verdict: "good", "bad", or "unclear" where the
    interval holds .5 (also where there are no right or no wrong answers).
    """

    value: float
    low: float
    high: float
    verdict: str


def score_sign(
    score: np.ndarray, right: np.ndarray, level: float = 0.95, draws: int = 1000, seed: int = 0
) -> Sign:
    """Return AUROC(score -> right), (N,) each, with a percentile bootstrap interval.

    For a score of two values ("all agree" or not) it is below .5 exactly where accuracy is lower when the
    experts agree. Samples are drawn again as counts in groups of equal scores; more than 2,000 different
    scores are first joined into as many groups of neighbours.
    """
    _, size, hits = _groups(_coarse(score), right.astype(bool))
    pairs = np.concatenate([hits, size - hits])
    if hits.sum() in (0, size.sum()):
        return Sign(float("nan"), float("nan"), float("nan"), "unclear")
    total = int(pairs.sum())
    drawn = np.random.default_rng(seed).multinomial(total, pairs / total, draws).astype(float)
    low, high = (float(x) for x in percentile_interval(_auroc(drawn), level))
    verdict = "bad" if high < 0.5 else "good" if low > 0.5 else "unclear"
    return Sign(float(_auroc(pairs[None])[0]), low, high, verdict)


def inverts(score: np.ndarray, right: np.ndarray, level: float = 0.95) -> bool:
    """Tell whether a high score is surely a bad sign: the whole interval of ``score_sign`` is below .5."""
    return score_sign(score, right, level).verdict == "bad"


def _coarse(score: np.ndarray) -> np.ndarray:
    if len(np.unique(score)) <= _GROUPS:
        return score
    edges = np.unique(np.quantile(score, np.linspace(0, 1, _GROUPS + 1)[1:-1]))
    return np.searchsorted(edges, score, side="right")


def _auroc(pairs: np.ndarray) -> np.ndarray:
    """Return P(right above wrong) + half of P(equal), (R,), from counts (R, 2 G): right, then wrong."""
    right, wrong = np.split(pairs, 2, axis=-1)
    below = wrong.cumsum(-1) - wrong / 2
    every = right.sum(-1) * wrong.sum(-1)
    return np.divide((right * below).sum(-1), every, out=np.full(len(pairs), np.nan), where=every > 0)
