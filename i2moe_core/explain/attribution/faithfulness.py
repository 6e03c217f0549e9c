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
RANDOM = 20  # random rankings
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
    def comprehensiveness_chance(self) -> float:
        """The chance that a random ranking does as well, counted with the map's own among them."""
        return _chance(self.random_comprehensiveness.mean(1) >= self.comprehensiveness.mean())

    @property
    def sufficiency_chance(self) -> float:
        """The chance that a random ranking does as well, counted with the map's own among them."""
        return _chance(self.random_sufficiency.mean(1) <= self.sufficiency.mean())


def _chance(as_good: np.ndarray) -> float:
    return float((1 + as_good.sum()) / (1 + len(as_good)))


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
        random: rankings of the control.
        rows: versions of the sample that are run at once.

    Returns:
        Per map, the parts that it ranks: ALL and each modality with two cells or more of different value.
    """
    versions = _Versions(len(problem.cells))
    generator = np.random.default_rng(seed_of(problem.sample_id, "faithfulness"))
    control: dict[bytes, list[np.ndarray]] = {}
    plans = []
    for _, cells in asked:
        plan = {}
        for part, mask in _parts(problem, cells).items():
            shuffled = _shuffles(mask, random, generator, control)
            own = shuffled[0][np.argsort(-cells[shuffled[0]], kind="stable")]  # ties in random order
            plan[part] = np.array([versions.add_curve(mask, order) for order in (own, *shuffled)])
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


def _shuffles(
    mask: np.ndarray, count: int, generator: np.random.Generator, known: dict[bytes, list[np.ndarray]]
) -> list[np.ndarray]:
    """Return the random rankings of a part's cells, the same for every map that ranks these cells."""
    name = mask.tobytes()
    if name not in known:
        known[name] = [generator.permutation(np.flatnonzero(mask)) for _ in range(count)]
    return known[name]


def _faithfulness(part: str, drops: np.ndarray) -> Faithfulness:
    """Name the drops (1 + R, 2, S): the map's own first; without the cells, with them alone."""
    return Faithfulness(part, drops[0, 0], drops[0, 1], drops[1:, 0], drops[1:, 1])


class _Versions:
    """The versions of a sample that are asked for, each run once; version 0 is the sample itself."""

    def __init__(self, cells: int) -> None:
        self._rows = [np.ones(cells, dtype=bool)]

    def add_curve(self, mask: np.ndarray, order: np.ndarray) -> list[list[int]]:
        """Ask for a ranking's curve; return the versions' places, (2, S): without, and alone."""
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
