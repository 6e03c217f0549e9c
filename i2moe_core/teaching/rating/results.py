"""What a study found: ratings by arm, their difference with an interval, agreement, and the table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from i2moe_core.measures.agreement import Agreement, fleiss_kappa, krippendorff_alpha, with_interval
from i2moe_core.measures.intervals import percentile_interval
from i2moe_core.teaching.rating.ledger import SCALE, Ledger
from i2moe_core.teaching.rating.placebo import PLACEBO, REAL
from i2moe_core.teaching.rating.study import Study

DRAWS = 2000
COLUMNS = ("rater", "item", "sample", "arm", "kind", "score", "comment", "at", "after_unblinding")


@dataclass(frozen=True)
class Difference:
    """Mean rating of real explanations less that of the placebo; means of the items' means.

    low, high: 95% bootstrap interval; p: of the permutation test. NaN where an arm has no rating.
    """

    real: float
    placebo: float
    difference: float
    low: float
    high: float
    p: float


@dataclass(frozen=True)
class Results:
    """Everything the results view shows.

    scores: arm -> how often each score was given, (SCALE,). raters: ``rater ratings real placebo difference
    low high``. late: how many ratings came after the results were first opened.
    """

    ratings: int
    late: int
    difference: Difference
    kappa: Agreement
    ordinal: Agreement
    interval: Agreement
    scores: dict[str, np.ndarray]
    raters: pd.DataFrame


def evaluate(study: Study, ledger: Ledger, draws: int = DRAWS) -> Results:
    """Return what the ratings on the disk say."""
    names, ratings = matrix(study, ledger)
    real = np.array([item.arm == REAL for item in study.items])
    kinds = np.array([item.kind for item in study.items])
    kappa = partial(fleiss_kappa, categories=SCALE)
    ordinal, interval = (partial(krippendorff_alpha, metric=metric) for metric in ("ordinal", "interval"))
    by_arm = {REAL: ratings[:, real], PLACEBO: ratings[:, ~real]}
    return Results(
        int((~np.isnan(ratings)).sum()),
        int(results_frame(study, ledger)["after_unblinding"].sum()),
        arm_difference(ratings, real, kinds, draws),
        with_interval(kappa, ratings, draws // 4),
        with_interval(ordinal, ratings, draws // 4),
        with_interval(interval, ratings, draws // 4),
        {arm: np.array([(own == s).sum() for s in range(1, SCALE + 1)]) for arm, own in by_arm.items()},
        _by_rater(names, ratings, real, kinds, draws),
    )


def matrix(study: Study, ledger: Ledger) -> tuple[list[str], np.ndarray]:
    """Return the raters' codes and their last ratings (R, N), NaN where not rated."""
    latest = {key: r for key, r in ledger.latest().items() if r.item < len(study.items)}
    names = sorted({rater for rater, _ in latest})
    ratings = np.full((len(names), len(study.items)), np.nan)
    for (rater, item), rating in latest.items():
        ratings[names.index(rater), item] = rating.score
    return names, ratings


def arm_difference(
    ratings: np.ndarray, real: np.ndarray, kinds: np.ndarray, draws: int = DRAWS, seed: int = 0
) -> Difference:
    """Compare the arms of ratings (R, N).

    Interval: items are drawn again within their arm and, independently, raters (Owen, The pigeonhole
    bootstrap, Annals of Applied Statistics 2007), so that it covers other items and other raters. p: the arms
    are dealt anew within each kind, as they were dealt in the study; two-sided, with the one in hand counted.

    real: (N,) bool. kinds: (N,).
    """
    random = np.random.default_rng(seed)
    means = _item_means(ratings, np.ones((1, len(ratings))))[0]
    known = ~np.isnan(means)
    if not (known & real).any() or not (known & ~real).any():
        nothing = float("nan")
        return Difference(*(_mean(means[known & arm]) for arm in (real, ~real)), *[nothing] * 4)
    found = _gap(means, real)
    low, high = percentile_interval(_resampled(ratings, real, draws, random))
    dealt = np.array([_gap(means, _dealt(real, kinds, random)) for _ in range(draws)])
    p = (1 + int((np.abs(dealt) >= abs(found) - 1e-12).sum())) / (1 + draws)
    return Difference(_mean(means[real]), _mean(means[~real]), found, float(low), float(high), p)


def results_frame(study: Study, ledger: Ledger) -> pd.DataFrame:
    """Return every last rating with its arm, one row each, with COLUMNS."""
    rows = []
    for (rater, number), rating in ledger.latest().items():
        if number < len(study.items):
            item = study.items[number]
            late = bool(ledger.unblinded) and rating.at > ledger.unblinded
            place = (rater, number + 1, item.sample, item.arm, item.kind)
            rows.append((*place, rating.score, rating.comment, rating.at, int(late)))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _by_rater(
    names: list[str], ratings: np.ndarray, real: np.ndarray, kinds: np.ndarray, draws: int
) -> pd.DataFrame:
    rows = []
    for name, own in zip(names, ratings, strict=True):
        gap = arm_difference(own[None], real, kinds, draws // 4)
        count = int((~np.isnan(own)).sum())
        rows.append((name, count, gap.real, gap.placebo, gap.difference, gap.low, gap.high))
    columns = ["rater", "ratings", "real", "placebo", "difference", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def _resampled(ratings: np.ndarray, real: np.ndarray, draws: int, random: np.random.Generator) -> np.ndarray:
    """Return the difference in ``draws`` resamples, (draws,); NaN where an arm came out empty."""
    raters = len(ratings)
    times = random.multinomial(raters, np.full(raters, 1 / raters), draws)  # (draws, R)
    means = _item_means(ratings, times.astype(float))  # (draws, N)
    arms = [np.flatnonzero(arm) for arm in (real, ~real)]
    sides = []
    for arm in arms:
        drawn = arm[random.integers(len(arm), size=(draws, len(arm)))]
        chosen = np.take_along_axis(means, drawn, axis=1)
        there = ~np.isnan(chosen)
        total = np.where(there, chosen, 0).sum(1)
        sides.append(np.divide(total, there.sum(1), out=np.full(draws, np.nan), where=there.any(1)))
    return sides[0] - sides[1]


def _item_means(ratings: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Return the items' mean ratings where rater r counts ``times`` (draws, R) often, (draws, N)."""
    there = ~np.isnan(ratings)
    total, count = times @ np.where(there, ratings, 0), times @ there
    return np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)


def _dealt(real: np.ndarray, kinds: np.ndarray, random: np.random.Generator) -> np.ndarray:
    dealt = real.copy()
    for kind in np.unique(kinds):
        own = kinds == kind
        dealt[own] = random.permutation(real[own])
    return dealt


def _gap(means: np.ndarray, real: np.ndarray) -> float:
    return _mean(means[real]) - _mean(means[~real])


def _mean(values: np.ndarray) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")
