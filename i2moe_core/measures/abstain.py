"""When to say "I do not know": a threshold on a score that keeps the risk below a promise, calibrated."""

from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv

from i2moe_core.errors import InputError
from i2moe_core.language import say

_LEAST = 1e-12


@dataclass(frozen=True)
class AbstainRule:
    """Answer where score >= threshold; then at most ``bound`` of the answers are wrong, with ``confidence``.

    coverage, risk: the share answered and the share wrong among them on the ``samples`` of the calibration
    split. bound <= target.
    """

    threshold: float
    coverage: float
    risk: float
    bound: float
    target: float
    confidence: float
    samples: int


def abstain_rule(
    score: np.ndarray, wrong: np.ndarray, target: float, delta: float = 0.05, grid: int = 20
) -> AbstainRule:
    """Return the smallest threshold whose risk is at most ``target`` with probability 1 - delta.

    score: (N,); wrong: (N,) bool, on samples that neither trained nor chose the model. A threshold's bound is
    the largest risk under which so few errors among its answers still happen with probability delta / grid
    (exact binomial tail). Reference: Geifman and El-Yaniv, NeurIPS 2017, lemma 3.1 and algorithm 1;
    deviation: ``grid`` coverages fixed beforehand instead of a binary search, because the union over the
    thresholds tried holds surely only if the errors do not choose them. The promise is for data like the
    calibration split's.

    Raises:
        InputError: no threshold keeps the promise, or target or delta is not between 0 and 1.
    """
    _check(len(score), target, delta)
    thresholds = _thresholds(score, grid)
    answered = np.array([(score >= t).sum() for t in thresholds])
    errors = np.array([(wrong.astype(bool) & (score >= t)).sum() for t in thresholds])
    bounds = binomial_upper(errors, answered, delta / grid)
    kept = np.flatnonzero(bounds <= target)
    if len(kept) == 0:
        raise InputError(_refusal(bounds, answered, len(score), target, delta))
    place = kept[-1]  # thresholds fall
    return AbstainRule(
        threshold=float(thresholds[place]),
        coverage=float(answered[place] / len(score)),
        risk=float(errors[place] / answered[place]),
        bound=float(bounds[place]),
        target=target,
        confidence=1 - delta,
        samples=len(score),
    )


def binomial_upper(errors: np.ndarray, trials: np.ndarray, delta: float) -> np.ndarray:
    """Return the b with P(Binomial(trials, b) <= errors) = delta, exact (Clopper and Pearson, 1934)."""
    all_wrong = errors >= trials
    ends = betaincinv(errors + 1.0, np.where(all_wrong, 1.0, trials - errors), 1 - delta)
    return np.where(all_wrong, 1.0, ends)


def _thresholds(score: np.ndarray, grid: int) -> np.ndarray:
    """Return the scores, falling, at which 1/grid, 2/grid .. 1 of the samples are answered."""
    falling = np.sort(score)[::-1]
    places = np.ceil(np.arange(1, grid + 1) / grid * len(score) - _LEAST).astype(int) - 1
    return falling[places]


def _check(samples: int, target: float, delta: float) -> None:
    if samples == 0:
        raise InputError("The calibration split has no samples; an abstain threshold needs some.")
    for name, value in (("risk", target), ("delta", delta)):
        if not 0 < value < 1:
            raise InputError(f"The {name} is {value}; give a number between 0 and 1.")


def _refusal(bounds: np.ndarray, answered: np.ndarray, samples: int, target: float, delta: float) -> str:
    best = int(bounds.argmin())
    return say(
        "No threshold keeps the risk at {target:.1%} with {confidence:.0%} confidence on these {samples} "
        "samples: the best bound is {bound:.1%}, answering {share:.0%} of them; allow more risk or calibrate "
        "on more samples.",
        target=target, confidence=1 - delta, samples=samples, bound=float(bounds[best]),
        share=answered[best] / samples,
    )  # fmt: skip
