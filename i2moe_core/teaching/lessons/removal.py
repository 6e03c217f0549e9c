"""Lesson 7: a map put to the test: parts removed in its order, and in random orders, one after another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from i2moe_core.checkpoint import Run
from i2moe_core.explain.attribution.engine import attribute, read_targets
from i2moe_core.explain.attribution.problem import Problem, build_problem
from i2moe_core.explain.attribution.result import Cell
from i2moe_core.explain.identity import seed_of
from i2moe_core.explain.turn import turn

METHOD = "shapley_sampling"
RANDOM = 12  # random orders beside the map's own


@dataclass(frozen=True)
class Removal:
    """The answer's probability while parts are removed.

    values: (F,) the map. order: (F,) the map's parts, what speaks for the answer first. own: (F + 1,) the
    probability without the first 0..F of them. random: (R, F + 1), the same in random orders.
    """

    cells: tuple[Cell, ...]
    values: np.ndarray
    order: np.ndarray
    own: np.ndarray
    random: np.ndarray

    @property
    def comprehensiveness(self) -> float:
        """How much lower the map's curve lies than random ones on average, over all steps but the ends."""
        return float((self.random.mean(0) - self.own)[1:-1].mean())


def removal(run: Run, values: Mapping[str, Any], sample_id: str | None, answer: int) -> Removal:
    """Map one sample's answer (the number of a class) by METHOD, and remove its parts one by one.

    Raises:
        InputError: the run has no experts, the sample cannot be read, or the model stays busy.
    """
    target = f"answer/{answer}"
    with turn(run.model):
        found = attribute(run, values, METHOD, (target,), sample_id=sample_id)
        problem = build_problem(run, values, sample_id)
        numbers = np.nan_to_num(found.items[0].cells)
        order = np.argsort(-numbers, kind="stable")
        rng = np.random.default_rng(seed_of(problem.sample_id, "lesson"))
        orders = np.stack([order, *(rng.permutation(len(order)) for _ in range(RANDOM))])
        curves = _curves(run, problem, target, orders)
    return Removal(found.cells, numbers, order, curves[0], curves[1:])


def _curves(run: Run, problem: Problem, target: str, orders: np.ndarray) -> np.ndarray:
    """Return the target's score along each order, (1 + R, F + 1)."""
    count = orders.shape[1]
    rank = np.argsort(orders, axis=1)  # (R, F): when each part goes
    kept = rank[:, None, :] >= np.arange(count + 1)[None, :, None]  # (R, F + 1, F)
    distinct, place = np.unique(kept.reshape(-1, count), axis=0, return_inverse=True)
    (asked,) = read_targets(run, problem, (target,))
    scores = asked.score(problem.evaluate(torch.from_numpy(distinct))).double().cpu().numpy()
    return np.asarray(scores[place.reshape(len(orders), count + 1)])
