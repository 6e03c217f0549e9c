"""The badge: the evidence that a map names what matters, and a verdict in words.

There are two tests, comprehensiveness and sufficiency (faithfulness.py), and their mean. Each is passed if
the map does better than the random rankings on average by FLOOR or more (of the largest change seen, where
the score has no bounds), and so well that a random ranking does it at most LUCK of the time. A map **holds**
if it passes the mean and neither test alone speaks against it (FLOOR or more worse than random), is **weak**
if it passes any of the three, and is **not better than chance** if it passes none.

One verdict from the mean, not two from two: where a single word decides, or where any few parts are enough,
one of the tests cannot tell a right map from a lucky one (docs/experiments.md has the figures).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from i2moe_core.explain.attribution.badge_words import (
    BOUNDED,
    both_tests,
    enough_test,
    needed_test,
    score_name,
)
from i2moe_core.explain.attribution.faithfulness import ALL, RANDOM, Faithfulness, measure_faithfulness
from i2moe_core.explain.attribution.problem import Problem
from i2moe_core.explain.attribution.result import Attribution, Attributions
from i2moe_core.explain.attribution.targets import Target
from i2moe_core.language import marked, say

HOLDS, WEAK, CHANCE = marked("holds"), marked("weak"), marked("not better than chance")
VERDICTS = (HOLDS, WEAK, CHANCE)  # best first
STARTS = {
    HOLDS: marked("Better than chance"),
    WEAK: marked("Only in part better than chance"),
    CHANCE: marked("Not better than chance"),
}
LUCK = 0.05  # a random ranking may do as well this often: 4 of 100, counted with the map's own among them
FLOOR = 0.05  # the least gap that counts, of a probability or weight
STILL = 0.02  # a probability or weight that never changes by as much stays as it is
RULE = marked(
    "A map *holds* where, over both tests together, it is 5 points or more better than random orders of the "
    "parts are on average, at most 4 of 100 of them do as well, and neither test alone is 5 points or more "
    "worse. It is *weak* where only one of the tests is passed so, or the other one speaks against it."
)


@dataclass(frozen=True)
class Badge:
    """What a map of one target is worth.

    parts: ALL and modalities -> the tests on their cells; empty where the map ranks nothing.
    completeness: the map's ``gap``: the share of the difference that it leaves unexplained, or None.
    agreement: rank correlation with the map of another method, ``other``; None without one.
    verdict: one of VERDICTS, to be said where it is shown.
    """

    target: str
    unit: str
    completeness: float | None
    parts: Mapping[str, Faithfulness]
    agreement: float | None
    other: str | None
    verdict: str

    @property
    def sentences(self) -> tuple[str, ...]:
        """Why the verdict is so, and one sentence a test, in the visitor's language."""
        return judge(self.parts.get(ALL), self.unit)[1]

    @property
    def gap(self) -> float:
        """Comprehensiveness and sufficiency gap of all cells together, averaged; 0 without a ranking."""
        whole = self.parts.get(ALL)
        return 0.0 if whole is None else whole.gap


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
    verdict, _ = judge(parts.get(ALL), target.unit)
    name = None if other is None else other.method
    return Badge(target.key, target.unit, found.gap, parts, agreement, name, verdict)


def judge(whole: Faithfulness | None, unit: str) -> tuple[str, tuple[str, ...]]:
    """Return the verdict, and in sentences why, and each test."""
    if whole is None:
        return CHANCE, (say("The map gives every part the same number, so it ranks nothing."),)
    if whole.reach < (STILL if unit in BOUNDED else 1e-6):
        return CHANCE, (
            say("Whatever was removed, the {score} stayed as it was, so the test cannot tell.",
                score=score_name(unit)),
        )  # fmt: skip
    floor = FLOOR if unit in BOUNDED else FLOOR * whole.reach
    passed = _Passed.of(whole, floor)
    return passed.verdict, (
        both_tests(whole, unit, say(STARTS[passed.verdict])),
        needed_test(whole, unit, passed.needed, floor),
        enough_test(whole, unit, passed.enough, floor),
    )


@dataclass(frozen=True)
class _Passed:
    """Which tests a map passes; against: one of them speaks against it."""

    both: bool
    needed: bool
    enough: bool
    against: bool

    @staticmethod
    def of(whole: Faithfulness, floor: float) -> _Passed:
        return _Passed(
            both=whole.chance <= LUCK and whole.gap >= floor,
            needed=whole.comprehensiveness_chance <= LUCK and whole.comprehensiveness_gap >= floor,
            enough=whole.sufficiency_chance <= LUCK and whole.sufficiency_gap >= floor,
            against=min(whole.comprehensiveness_gap, whole.sufficiency_gap) <= -floor,
        )

    @property
    def verdict(self) -> str:
        if self.both and not self.against:
            return HOLDS
        return WEAK if self.both or self.needed or self.enough else CHANCE


def rank_correlation(first: np.ndarray, second: np.ndarray) -> float | None:
    """Return Spearman's correlation over the cells of which both say something; None where one is flat."""
    both = ~np.isnan(first) & ~np.isnan(second)
    ranks = [pd.Series(values[both]).rank().to_numpy() for values in (first, second)]
    if both.sum() < 2 or any(np.ptp(r) == 0 for r in ranks):
        return None
    return float(np.corrcoef(*ranks)[0, 1])
