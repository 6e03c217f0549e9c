"""The check on a ranking of pairs: removing the first ones must hurt more than removing chance ones.

Several readings of that, all reported:

- One by one: each pair is removed by itself; every removal takes exactly one cell of each side.
- All in one go. There a short sentence saturates: ten chance pairs take most of its words away, while the ten
  first pairs share one or two. So chance is drawn twice: as pairs, and as equally many different cells of
  each side (the same budget).
- Jointly: what removing both does beyond removing each alone, v - v(-a) - v(-b) + v(-a -b), in the target's
  value. Both readings above also count what either cell does by itself; a pair's index claims this one alone.
  For single pairs, and for all cells of the pairs at once, one side against the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from i2moe_core.errors import InputError
from i2moe_core.explain.attribution.problem import Problem
from i2moe_core.explain.attribution.targets import Target
from i2moe_core.explain.identity import seed_of
from i2moe_core.explain.interactions.players import build_sides
from i2moe_core.explain.interactions.removal_runs import (
    cells_of,
    joint_effects,
    joint_effects_of_sets,
    plan_removals,
    random_cells,
    random_pairs,
    run_removals,
)
from i2moe_core.explain.interactions.result import PairInteractions

FALLS = ("top", "chance", "budget", "top_single", "chance_single")


@dataclass(frozen=True)
class PairRemoval:
    """How far a target's score falls when pairs are removed (both cells of each); means over the draws.

    score: of the sample as given; unit: of the score. pairs: how many. cells: different cells of either side
    in the first pairs.
    top: all first pairs in one go. chance: as many random pairs in one go. budget: as many different random
    cells of either side as the first pairs have. top_single, chance_single: one pair at a time, averaged.
    top_joint, chance_joint: how large a pair's joint effect is, in the target's value, averaged over the
    pairs; top_joint_set, chance_joint_set: that of all their cells at once. agreement: share of the first
    pairs whose joint effect has the sign of their index.
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
    top_joint: float
    chance_joint: float
    top_joint_set: float
    chance_joint_set: float
    agreement: float


@dataclass(frozen=True)
class RemovalRatios:
    """Mean fall of the first pairs as a multiple of the mean fall of each control, over many samples.

    top: the fall itself. joint, joint_set: the same for the size of the joint effects. agreement: mean share
    of the first pairs whose joint effect has the sign of their index.
    """

    samples: int
    top: float
    chance: float
    budget: float
    single: float
    joint: float
    joint_set: float
    agreement: float


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
    first = interactions.ranked(target.key, count, by)
    ranked = [pair.places for pair in first]
    top = cells_of(ranked)
    random = np.random.default_rng(seed_of(problem.sample_id, target.key, "pair removal", seed))
    chance = [random_pairs(random, sides, len(ranked)) for _ in range(draws)]
    budget = [random_cells(random, sides, top) for _ in range(draws)]
    plan = plan_removals(sides, ranked, chance, budget)
    scores, values = run_removals(problem, sides, target, plan)
    whole = float(scores["whole"][0])
    falls = {name: whole - float(scores[name].mean()) for name in FALLS}
    own = joint_effects(values, "top_single", ranked)
    others = joint_effects(values, "chance_single", [pair for pairs in chance for pair in pairs])
    sets = np.abs(joint_effects_of_sets(values))
    return PairRemoval(
        target.key, target.unit, by, len(ranked), (len(top[0]), len(top[1])), whole, **falls,
        top_joint=float(np.abs(own).mean()), chance_joint=float(np.abs(others).mean()),
        top_joint_set=float(sets[0]), chance_joint_set=float(sets[1:].mean()),
        agreement=float((np.sign(own) == np.sign([pair.index for pair in first])).mean()),
    )  # fmt: skip


def compare_removals(results: Sequence[PairRemoval]) -> RemovalRatios:
    """Sum up a check on many samples: the ratio of the mean falls (single samples' ratios can be 0 / 0).

    Raises:
        ValueError: there is no result.
    """
    if not results:
        raise ValueError("no removal to compare")

    def mean(name: str) -> float:
        return float(np.mean([getattr(result, name) for result in results]))

    return RemovalRatios(
        samples=len(results),
        top=mean("top"),
        chance=_ratio(mean("top"), mean("chance")),
        budget=_ratio(mean("top"), mean("budget")),
        single=_ratio(mean("top_single"), mean("chance_single")),
        joint=_ratio(mean("top_joint"), mean("chance_joint")),
        joint_set=_ratio(mean("top_joint_set"), mean("chance_joint_set")),
        agreement=mean("agreement"),
    )


def _ratio(fall: float, control: float) -> float:
    """Return fall / control; a control that does not fall at all is beaten without bounds."""
    if control > 0:
        return fall / control
    return float("inf") if fall > 0 else float("nan")
