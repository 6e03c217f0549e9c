"""Do the pairs of patch and word named first matter? Removing the first ten against ten random ones."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from i2moe_core.checkpoint import Run
from i2moe_core.explain.attribution.engine import read_targets
from i2moe_core.explain.attribution.problem import build_problem
from i2moe_core.explain.interactions.engine import problem_interactions
from i2moe_core.explain.interactions.removal import PairRemoval, compare_removals, pair_removal_check
from i2moe_core.types import SYNERGY, Samples

COUNT = 10  # pairs that are removed


def measure_pairs(run: Run, samples: Samples, rows: np.ndarray) -> dict[str, Any]:
    """Return the ratios of the falls for the answer and for the synergy expert, over the rows.

    in_one_go: all ten pairs removed at once, against ten random pairs at once. same_budget: against as many
    different random cells of either side. one_by_one: each pair by itself, averaged. jointly: what removing
    both cells of a pair does beyond removing each alone; jointly_in_one_go: the same for all their cells.
    same_sign: share of the first pairs whose joint effect has the sign of their index. cells: how many
    different ones of either side the ten first pairs have.
    """
    checks: dict[str, list[PairRemoval]] = {"answer": [], SYNERGY: []}
    for row in rows.tolist():
        values = {name: column[row] for name, column in samples.raw.items()}
        problem = build_problem(run, values, samples.ids[row])
        answer = read_targets(run, problem, ())[0]
        expert = read_targets(run, problem, [answer.key.replace("answer", f"expert/{SYNERGY}")])[0]
        found = problem_interactions(problem, [answer, expert])
        for name, target in (("answer", answer), (SYNERGY, expert)):
            checks[name].append(pair_removal_check(problem, target, found, count=COUNT))
    return {name: _ratios(found) for name, found in checks.items()}


def _ratios(found: list[PairRemoval]) -> dict[str, Any]:
    ratios = asdict(compare_removals(found))
    names = {
        "top": "fall", "chance": "in_one_go", "budget": "same_budget", "single": "one_by_one",
        "joint": "jointly", "joint_set": "jointly_in_one_go", "agreement": "same_sign",
    }  # fmt: skip
    cells = np.mean([removal.cells for removal in found], 0)
    return {names.get(name, name): value for name, value in ratios.items()} | {"cells": cells.tolist()}
