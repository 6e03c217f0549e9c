"""The check on a ranking of pairs: removing the first ones must hurt more than removing chance ones.

Each pair is removed by itself: then every removal takes exactly one cell of each side. All in one go are
reported, too, but there a short sentence saturates: ten chance pairs take most of its words away, while the
ten first pairs share one or two. So chance is drawn twice: as pairs, and as equally many different cells of
each side (the same budget).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from i2moe_core.errors import InputError
from i2moe_core.explain.attribution.problem import Problem
from i2moe_core.explain.attribution.targets import Target
from i2moe_core.explain.identity import seed_of
from i2moe_core.explain.interactions.players import Side, build_sides
from i2moe_core.explain.interactions.result import PairInteractions
from i2moe_core.explain.turn import turn

Places = tuple[Sequence[int], Sequence[int]]  # cells of either side


@dataclass(frozen=True)
class PairRemoval:
    """How far a target's score falls when pairs are removed (both cells of each); means over the draws.

    score: of the sample as given; unit: of the score. pairs: how many. cells: different cells of either side
    in the first pairs.
    top: all first pairs in one go. chance: as many random pairs in one go. budget: as many different random
    cells of either side as the first pairs have. top_single, chance_single: one pair at a time, averaged.
    """

    target: str
    unit: str
    by: str
    pairs: int
    cells: tuple[int, int]
    score: float
    top: float
    chance: float
    budget: float
    top_single: float
    chance_single: float


@dataclass(frozen=True)
class RemovalRatios:
    """Mean fall of the first pairs as a multiple of the mean fall of each control, over many samples."""

    samples: int
    top: float
    chance: float
    budget: float
    single: float


def pair_removal_check(
    problem: Problem,
    target: Target,
    interactions: PairInteractions,
    draws: int = 20,
    seed: int = 0,
    count: int = 10,
    by: str = "absolute",
) -> PairRemoval:
    """Remove the first ``count`` pairs of a ranking, and random ones ``draws`` times.

    Args:
        problem: the sample that the interactions are of.
        target: whose score is watched; one of those that the interactions were estimated for.
        interactions: the ranking.
        draws: of each control.
        seed: of the draws, beside the sample's id.
        count: pairs removed; fewer where there are not so many.
        by: order of the ranking, see ``ORDERS``.

    Raises:
        InputError: ``draws`` or ``count`` is below 1, or the target or the order is unknown.
    """
    if draws < 1 or count < 1:
        raise InputError(f"The check needs at least 1 draw and 1 pair, but got {draws} and {count}.")
    sides = build_sides(problem, interactions.modalities, interactions.grid)
    ranked = [pair.places for pair in interactions.ranked(target.key, count, by)]
    top = _cells(ranked)
    random = np.random.default_rng(seed_of(problem.sample_id, target.key, "pair removal", seed))
    chance = [_random_pairs(random, sides, len(ranked)) for _ in range(draws)]
    budget = [_random_cells(random, sides, top) for _ in range(draws)]
    groups: list[list[Places]] = [
        [((), ())], [top], [_cells(pairs) for pairs in chance], budget,
        [_cells([pair]) for pair in ranked], [_cells([pair]) for pairs in chance for pair in pairs],
    ]  # fmt: skip
    scores = _scores(problem, sides, target, [places for group in groups for places in group])
    means = [part.mean() for part in np.split(scores, np.cumsum([len(group) for group in groups])[:-1])]
    falls = [float(means[0] - mean) for mean in means[1:]]
    return PairRemoval(
        target.key, target.unit, by, len(ranked), (len(top[0]), len(top[1])), float(means[0]), *falls
    )


def compare_removals(results: Sequence[PairRemoval]) -> RemovalRatios:
    """Sum up a check on many samples: the ratio of the mean falls (single samples' ratios can be 0 / 0).

    Raises:
        ValueError: there is no result.
    """
    if not results:
        raise ValueError("no removal to compare")
    top, chance, budget, single, other = (
        float(np.mean([getattr(result, name) for result in results]))
        for name in ("top", "chance", "budget", "top_single", "chance_single")
    )
    return RemovalRatios(len(results), top, _ratio(top, chance), _ratio(top, budget), _ratio(single, other))


def _ratio(fall: float, control: float) -> float:
    """Return fall / control; a control that does not fall at all is beaten without bounds."""
    if control > 0:
        return fall / control
    return float("inf") if fall > 0 else float("nan")


def _cells(pairs: Sequence[tuple[int, int]]) -> Places:
    return sorted({a for a, _ in pairs}), sorted({b for _, b in pairs})


def _random_pairs(random: np.random.Generator, sides: tuple[Side, Side], count: int) -> list[tuple[int, int]]:
    places = random.choice(len(sides[0]) * len(sides[1]), count, replace=False)
    return [divmod(int(place), len(sides[1])) for place in places]


def _random_cells(random: np.random.Generator, sides: tuple[Side, Side], like: Places) -> Places:
    a, b = (
        random.choice(len(side), len(some), replace=False).tolist()
        for side, some in zip(sides, like, strict=True)
    )
    return a, b


def _scores(
    problem: Problem, sides: tuple[Side, Side], target: Target, removed: Sequence[Places]
) -> np.ndarray:
    """Return the target's score with each group of cells removed, (n,)."""
    gone: Tensor = torch.zeros(len(removed), len(problem.cells), dtype=torch.bool)
    for k, side in enumerate(sides):
        present = torch.ones(len(removed), len(side), dtype=torch.bool)
        for row, places in enumerate(removed):
            present[row, list(places[k])] = False
        gone |= side.removed(present)
    with turn(problem.model), torch.no_grad():
        scores: np.ndarray = target.score(problem.evaluate(~gone)).double().cpu().numpy()
    return scores
