"""The badge on a map: the evidence that it names what matters, and a verdict in words.

A map **holds** if both tests hold, is **weak** if one does, and **not better than chance** if none does. A
test (comprehensiveness, sufficiency; see faithfulness.py) holds if the map does better than every one of the
random rankings, which happens by luck 1 time in 21, and by FLOOR or more (of the largest change seen, where
the score has no bounds).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from i2moe_core.explain.attribution.faithfulness import ALL, RANDOM, Faithfulness, measure_faithfulness
from i2moe_core.explain.attribution.problem import Problem
from i2moe_core.explain.attribution.result import Attribution, Attributions
from i2moe_core.explain.attribution.targets import Target

HOLDS, WEAK, CHANCE = "holds", "weak", "not better than chance"
VERDICTS = (HOLDS, WEAK, CHANCE)  # best first
LUCK = 0.05  # a random ranking may do as well this often
FLOOR = 0.05  # the least gap that counts, of a probability or weight
STILL = 0.02  # a probability or weight that never changes by as much stays as it is
BOUNDED = ("probability", "weight", "divergence")  # units that are shown in points of 0..1


@dataclass(frozen=True)
class Badge:
    """What a map of one target is worth.

    parts: ALL and modalities -> the tests on their cells; empty where the map ranks nothing.
    completeness: the map's ``gap``: the share of the difference that it leaves unexplained, or None.
    agreement: rank correlation with the map of another method, ``other``; None without one.
    verdict: one of VERDICTS; sentences: one a test.
    """

    target: str
    unit: str
    completeness: float | None
    parts: Mapping[str, Faithfulness]
    agreement: float | None
    other: str | None
    verdict: str
    sentences: tuple[str, ...]

    @property
    def gap(self) -> float:
        """Comprehensiveness and sufficiency gap of all cells together, averaged; 0 without a ranking."""
        whole = self.parts.get(ALL)
        return 0.0 if whole is None else (whole.comprehensiveness_gap + whole.sufficiency_gap) / 2


def build_badges(
    problem: Problem,
    targets: Sequence[Target],
    maps: Sequence[Attributions],
    random: int = RANDOM,
    rows: int = 64,
) -> list[dict[str, Badge]]:
    """Judge several methods' maps of one sample in one run; the caller holds the model's turn.

    Args:
        problem: the sample, with the baseline of the maps.
        targets: what all maps are about.
        maps: one a method; each agrees or not with the one after it, the last with the first.
        random: rankings of the control.
        rows: versions of the sample that are run at once.

    Returns:
        Per method, target's key -> badge.
    """
    asked = [(target, found[target.key].cells) for found in maps for target in targets]
    measured = iter(measure_faithfulness(problem, asked, random, rows))
    others = [*maps[1:], maps[0]] if len(maps) > 1 else [None]
    return [
        {target.key: _badge(target, found[target.key], next(measured), other) for target in targets}
        for found, other in zip(maps, others, strict=True)
    ]


def _badge(
    target: Target, found: Attribution, parts: Mapping[str, Faithfulness], other: Attributions | None
) -> Badge:
    agreement = None if other is None else rank_correlation(found.cells, other[target.key].cells)
    verdict, sentences = judge(parts.get(ALL), target.unit)
    name = None if other is None else other.method
    return Badge(target.key, target.unit, found.gap, parts, agreement, name, verdict, sentences)


def judge(whole: Faithfulness | None, unit: str) -> tuple[str, tuple[str, ...]]:
    """Return the verdict and a sentence a test."""
    if whole is None:
        return CHANCE, ("The map gives every part the same number, so it ranks nothing.",)
    reach = _reach(whole)
    if reach < (STILL if unit in BOUNDED else 1e-6):
        name = score_name(unit)
        return CHANCE, (f"Whatever was removed, the {name} stayed as it was, so the test cannot tell.",)
    floor = FLOOR if unit in BOUNDED else FLOOR * reach
    needed = whole.comprehensiveness_chance < LUCK and whole.comprehensiveness_gap >= floor
    enough = whole.sufficiency_chance < LUCK and whole.sufficiency_gap >= floor
    verdict = HOLDS if needed and enough else WEAK if needed or enough else CHANCE
    return verdict, (_needed_sentence(whole, unit, needed), _enough_sentence(whole, unit, enough))


def rank_correlation(first: np.ndarray, second: np.ndarray) -> float | None:
    """Return Spearman's correlation over the cells of which both say something; None where one is flat."""
    both = ~np.isnan(first) & ~np.isnan(second)
    ranks = [pd.Series(values[both]).rank().to_numpy() for values in (first, second)]
    if both.sum() < 2 or any(np.ptp(r) == 0 for r in ranks):
        return None
    return float(np.corrcoef(*ranks)[0, 1])


def _reach(whole: Faithfulness) -> float:
    """Return the largest change of the score that any removal made."""
    return max(
        float(np.abs(drops).max())
        for drops in (
            whole.comprehensiveness, whole.sufficiency,
            whole.random_comprehensiveness, whole.random_sufficiency,
        )
    )  # fmt: skip


def _needed_sentence(whole: Faithfulness, unit: str, holds: bool) -> str:
    own, random = whole.comprehensiveness.mean(), whole.random_comprehensiveness.mean()
    start = "They are needed" if holds else "Not shown to be needed"
    return (
        f"{start}: without the parts named first the {score_name(unit)} {_moves(own, unit)}, "
        f"without random ones it {_moves(random, unit)}."
    )


def _enough_sentence(whole: Faithfulness, unit: str, holds: bool) -> str:
    own, random = whole.sufficiency.mean(), whole.random_sufficiency.mean()
    start = "They go a long way alone" if holds else "Not shown to be enough"
    return (
        f"{start}: with only the parts named first the {score_name(unit)} {_moves(own, unit)}, "
        f"with only random ones it {_moves(random, unit)}."
    )


def amount(size: float, unit: str) -> str:
    """Return a change of a score in words: points of 0..100 where it has bounds."""
    if unit not in BOUNDED:
        return f"{size:.2f}"
    points = round(size * 100)
    return f"{points} point" if abs(points) == 1 else f"{points} points"


def _moves(drop: float, unit: str) -> str:
    size = amount(abs(drop), unit)
    if size == amount(0, unit):
        return "stays as it is"
    return f"{'falls' if drop >= 0 else 'rises'} by {size}"


def score_name(unit: str) -> str:
    """Return what a score is called."""
    return "answer" if unit == "standard deviations" else unit
