"""Shapley value sampling: what a cell adds on average, in whatever order the cells arrive."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import permutations
from math import factorial

import torch
from captum.attr import ShapleyValueSampling

from i2moe_core.errors import InputError
from i2moe_core.explain.attribution.methods.base import Method, Raw
from i2moe_core.explain.attribution.methods.cell_function import CellFunction, spread
from i2moe_core.explain.attribution.problem import Problem
from i2moe_core.explain.attribution.targets import Target


class ShapleySampling(Method):
    """What each cell adds when the cells arrive in random orders; sums to the difference exactly.

        a_i = mean over ``samples`` orders of f(cells up to i) - f(cells before i)

    Orders come in pairs, each followed by its reverse: the noise of the two partly cancels. So few cells that
    ``samples`` would do for all their orders get all of them, and exact Shapley values.
    Reference: Castro, Gomez and Tejada, Computers & Operations Research 2009; Mitchell et al., JMLR 2022,
    section 4.2 (pairs).
    """

    complete = True
    random = True
    shared = True

    def __init__(self, samples: int = 20) -> None:
        if samples < 1:
            raise InputError(f"Shapley sampling needs 1 order or more, but got {samples}.")
        self.samples = int(samples)

    def attribute(self, problem: Problem, targets: Sequence[Target], rows: int) -> list[Raw]:
        """Return the mean additions, one run of ``samples`` * F versions for all targets."""
        function = CellFunction(problem, targets, rows)
        tool = ShapleyValueSampling(function)
        tool.permutation_generator = orders
        values = tool.attribute(
            function.everything, n_samples=self.samples, perturbations_per_eval=len(problem.cells)
        )
        return [spread(problem, row) for row in values[0].double()]


def orders(count: int, samples: int) -> Iterable[Sequence[int]]:
    """Return all orders of ``count`` cells where they are no more than ``samples``, else random pairs."""
    few = count <= 10 and factorial(count) <= samples
    return permutations(range(count)) if few else paired_orders(count, samples)


def paired_orders(count: int, samples: int) -> Iterable[list[int]]:
    """Yield ``samples`` orders of ``count`` cells: random ones, each followed by its reverse."""
    order: list[int] = []
    for number in range(samples):
        order = order[::-1] if number % 2 else torch.randperm(count).tolist()
        yield order
