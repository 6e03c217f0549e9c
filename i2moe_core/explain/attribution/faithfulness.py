"""Does a map name the cells that matter? Remove them, keep only them, and compare with random cells.

    comprehensiveness(q) = f(x) - f(x without the first q of the cells)     high: they were needed
    sufficiency(q)       = f(x) - f(the first q of the cells alone)         low: they are enough
    gap                  = how much better than random cells, averaged over the shares q (AOPC)

f is the target's ``score``, a probability where there is one; cells are ranked by signed value, what speaks
for the target first.

Reference: DeYoung et al., ACL 2020 (ERASER), section 4.2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from i2moe_core.explain.attribution.problem import Problem
from i2moe_core.explain.attribution.targets import Target
from i2moe_core.explain.identity import seed_of

SHARES = (0.05, 0.10, 0.15, 0.20, 0.25)
RANDOM = 100  # random rankings of all cells together, which the verdict rests on
PART_RANDOM = 20  # and of one modality's cells, of which only the gaps are shown
TIE = 1e-3  # of the largest change seen: means that are nearer do equally well
ALL = "all"  # the cells of all modalities together


@dataclass(frozen=True)
class Faithfulness:
    """What the cells that a map names first do to the target's score, beside random cells of the same part.

    part: a modality's name, or ALL. comprehensiveness, sufficiency: (S,) at each of SHARES.
    random_comprehensiveness, random_sufficiency: (R, S), one row a random ranking.
    """

    part: str
    comprehensiveness: np.ndarray
    sufficiency: np.ndarray
    random_comprehensiveness: np.ndarray
    random_sufficiency: np.ndarray

    @property
    def comprehensiveness_gap(self) -> float:
        """How much more the score falls without the first cells than without random ones."""
        return float(self.comprehensiveness.mean() - self.random_comprehensiveness.mean())

    @property
    def sufficiency_gap(self) -> float:
        """How much less the score falls with the first cells alone than with random ones alone."""
        return float(self.random_sufficiency.mean() - self.sufficiency.mean())

    @property
    def gap(self) -> float:
        """The mean of both gaps."""
        return (self.comprehensiveness_gap + self.sufficiency_gap) / 2

    @property
    def rankings(self) -> int:
        """How many random rankings there are."""
        return len(self.random_comprehensiveness)

    @property
    def reach(self) -> float:
        """The largest change of the score that any removal made."""
        own, random = (self.comprehensiveness, self.sufficiency), (
            self.random_comprehensiveness, self.random_sufficiency,
        )  # fmt: skip
        return max(float(np.abs(drops).max()) for drops in (*own, *random))

    @property
    def as_good(self) -> float:
        """How many random rankings do better over both tests together; equally good ones count half."""
        return self._as_good(
            self.comprehensiveness - self.sufficiency, self.random_comprehensiveness - self.random_sufficiency
        )

    @property
    def chance(self) -> float:
        """The chance that a random ranking does as well, with the map's own among them (a mid-p value)."""
        return self._chance(self.as_good)

    @property
    def comprehensiveness_chance(self) -> float:
        """The same for comprehensiveness alone."""
        return self._chance(self._as_good(self.comprehensiveness, self.random_comprehensiveness))

    @property
    def sufficiency_chance(self) -> float:
        """The same for sufficiency alone."""
        return self._chance(self._as_good(-self.sufficiency, -self.random_sufficiency))

    def _as_good(self, own: np.ndarray, random: np.ndarray) -> float:
        lead = random.mean(1) - own.mean()
        near = TIE * self.reach
        return float((lead > near).sum() + (np.abs(lead) <= near).sum() / 2)

    def _chance(self, as_good: float) -> float:
        return (1 + as_good) / (1 + self.rankings)


def measure_faithfulness(
    problem: Problem,
    asked: Sequence[tuple[Target, np.ndarray]],
    random: int = RANDOM,
    rows: int = 64,
) -> list[dict[str, Faithfulness]]:
    """Measure maps of one sample, all in one run of the mixture; the caller holds the model's turn.

    Args:
        problem: the sample and what its removed cells become.
        asked: targets with their maps, (F,) one number a cell, nan where the map says nothing.
        random: rankings of the control; of one modality's cells at most PART_RANDOM.
        rows: versions of the sample that are run at once.

    Returns:
        Per map, the parts that it ranks: ALL and each modality with two cells or more of different value.
    """
    versions = _Versions(len(problem.cells))
    control = _Control(versions, seed_of(problem.sample_id, "faithfulness"))
    plans = []
    for _, cells in asked:
        plan = {}
        for part, mask in _parts(problem, cells).items():
            count = random if part == ALL else min(random, PART_RANDOM)
            shuffled, curves = control.draw(mask, count)
            own = shuffled[np.argsort(-cells[shuffled], kind="stable")]  # ties in random order
            plan[part] = np.array([versions.add_curve(mask, own), *curves])
        plans.append(plan)
    scores = versions.run(problem, [target for target, _ in asked], rows)
    return [
        {part: _faithfulness(part, line[0] - line[places]) for part, places in plan.items()}
        for plan, line in zip(plans, scores, strict=True)
    ]


def _parts(problem: Problem, cells: np.ndarray) -> Mapping[str, np.ndarray]:
    """Return which cells (F,) each part ranks."""
    owners, speaks = np.array([cell.modality for cell in problem.cells]), ~np.isnan(cells)
    parts = {ALL: speaks} | {name: speaks & (owners == name) for name in problem.names}
    return {part: mask for part, mask in parts.items() if mask.any() and np.ptp(cells[mask]) > 0}


def _faithfulness(part: str, drops: np.ndarray) -> Faithfulness:
    """Name the drops (1 + R, 2, S): the map's own first; without the cells, with them alone."""
    return Faithfulness(part, drops[0, 0], drops[0, 1], drops[1:, 0], drops[1:, 1])


Curve = list[list[int]]  # numbers of versions, (2, S): without the first cells, and with them alone


class _Versions:
    """The versions of a sample that are asked for, each run once; version 0 is the sample itself."""

    def __init__(self, cells: int) -> None:
        self._rows = [np.ones(cells, dtype=bool)]

    def add_curve(self, mask: np.ndarray, order: np.ndarray) -> Curve:
        """Ask for a ranking's curve."""
        counts = [max(1, round(share * len(order))) for share in SHARES]
        without = [self._add(order[:count], ~np.zeros_like(mask), False) for count in counts]
        alone = [self._add(order[:count], ~mask, True) for count in counts]
        return [without, alone]

    def _add(self, some: np.ndarray, start: np.ndarray, value: bool) -> int:
        row = start.copy()
        row[some] = value
        self._rows.append(row)
        return len(self._rows) - 1

    def run(self, problem: Problem, targets: Sequence[Target], rows: int) -> list[np.ndarray]:
        """Return each target's scores of all versions."""
        distinct, place = np.unique(np.stack(self._rows), axis=0, return_inverse=True)
        out = problem.evaluate(torch.from_numpy(distinct), rows)
        return [target.score(out).double().cpu().numpy()[place.reshape(-1)] for target in targets]


class _Control:
    """The random rankings of each part's cells, the same for every map that ranks these cells."""

    def __init__(self, versions: _Versions, seed: int) -> None:
        self._versions, self._generator = versions, np.random.default_rng(seed)
        self._known: dict[bytes, list[tuple[np.ndarray, Curve]]] = {}

    def draw(self, mask: np.ndarray, count: int) -> tuple[np.ndarray, list[Curve]]:
        """Return a random ranking of the cells in ``mask``, and the curves of ``count`` of them."""
        drawn = self._known.setdefault(mask.tobytes(), [])
        for _ in range(count - len(drawn)):
            order = self._generator.permutation(np.flatnonzero(mask))
            drawn.append((order, self._versions.add_curve(mask, order)))
        return drawn[0][0], [curve for _, curve in drawn[:count]]
