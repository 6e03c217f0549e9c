"""Which cells are removed to check a ranking of pairs, and what the mixture says of each version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from i2moe_core.explain.attribution.problem import Problem
from i2moe_core.explain.attribution.targets import Target
from i2moe_core.explain.interactions.players import Side
from i2moe_core.explain.turn import turn

Places = tuple[Sequence[int], Sequence[int]]  # cells of either side
Pairs = Sequence[tuple[int, int]]
Plan = Mapping[str, Sequence[Places]]  # removals by name


def plan_removals(
    sides: tuple[Side, Side], ranked: Pairs, chance: Sequence[Pairs], budget: Sequence[Places]
) -> Plan:
    """Return everything that is removed.

    whole: nothing. top, chance: all pairs at once, those ranked first and each random draw. budget: as many
    different random cells. top_single, chance_single: one pair at a time. first, second: each single cell of
    a side. sets_first, sets_second: one side of top and of each draw.
    """
    sets = [cells_of(pairs) for pairs in (ranked, *chance)]
    return {
        "whole": [((), ())], "top": sets[:1], "chance": sets[1:], "budget": budget,
        "top_single": [([a], [b]) for a, b in ranked],
        "chance_single": [([a], [b]) for pairs in chance for a, b in pairs],
        "first": [([a], ()) for a in range(len(sides[0]))],
        "second": [((), [b]) for b in range(len(sides[1]))],
        "sets_first": [(a, ()) for a, _ in sets], "sets_second": [((), b) for _, b in sets],
    }  # fmt: skip


def cells_of(pairs: Pairs) -> Places:
    """Return the different cells of some pairs."""
    return sorted({a for a, _ in pairs}), sorted({b for _, b in pairs})


def random_pairs(random: np.random.Generator, sides: tuple[Side, Side], count: int) -> list[tuple[int, int]]:
    """Draw different pairs."""
    places = random.choice(len(sides[0]) * len(sides[1]), count, replace=False)
    return [divmod(int(place), len(sides[1])) for place in places]


def random_cells(random: np.random.Generator, sides: tuple[Side, Side], like: Places) -> Places:
    """Draw as many different cells of either side as ``like`` has."""
    a, b = (
        random.choice(len(side), len(some), replace=False).tolist()
        for side, some in zip(sides, like, strict=True)
    )
    return a, b


def run_removals(
    problem: Problem, sides: tuple[Side, Side], target: Target, plan: Plan
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Return the target's scores and values by the plan's names, one a removal; equal ones are run once."""
    removed = [places for some in plan.values() for places in some]
    distinct, place = np.unique(_gone(problem, sides, removed).numpy(), axis=0, return_inverse=True)
    with turn(problem.model), torch.no_grad():
        out = problem.evaluate(~torch.from_numpy(distinct))
        both = [
            measure(out).double().cpu().numpy()[place.reshape(-1)] for measure in (target.score, target.value)
        ]
    ends = np.cumsum([len(some) for some in plan.values()])[:-1]
    scores, values = (dict(zip(plan, np.split(numbers, ends), strict=True)) for numbers in both)
    return scores, values


def _gone(problem: Problem, sides: tuple[Side, Side], removed: Sequence[Places]) -> Tensor:
    """Return which of the problem's cells each removal takes, (n, F) bool."""
    gone = torch.zeros(len(removed), len(problem.cells), dtype=torch.bool)
    for k, side in enumerate(sides):
        present = torch.ones(len(removed), len(side), dtype=torch.bool)
        for row, places in enumerate(removed):
            present[row, list(places[k])] = False
        gone |= side.removed(present)
    return gone


def joint_effects(values: Mapping[str, np.ndarray], name: str, pairs: Pairs) -> np.ndarray:
    """Return each pair's v - v(without a) - v(without b) + v(without both), (n,).

    values: by the plan's names. name: the pairs' own removals in it.
    """
    first, second = (np.array([pair[k] for pair in pairs], dtype=int) for k in (0, 1))
    effects: np.ndarray = values["whole"] - values["first"][first] - values["second"][second] + values[name]
    return effects


def joint_effects_of_sets(values: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return the same for whole sets of cells: the top pairs' first, then each random draw's, (1 + n,)."""
    both = np.concatenate([values["top"], values["chance"]])
    effects: np.ndarray = values["whole"] - values["sets_first"] - values["sets_second"] + both
    return effects
