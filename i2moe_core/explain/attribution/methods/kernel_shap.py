"""Kernel SHAP: Shapley values as the weights of a linear model of which cells are kept."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from captum.attr import KernelShap as CaptumKernelShap

from i2moe_core.errors import InputError
from i2moe_core.explain.attribution.methods.base import Method, Raw
from i2moe_core.explain.attribution.methods.cell_function import CellFunction, spread
from i2moe_core.explain.attribution.problem import Problem
from i2moe_core.explain.attribution.targets import Target
from i2moe_core.language import marked


class KernelShap(Method):
    """Shapley values by regression: a linear model of ``samples`` random subsets of the cells.

        min_a sum_S k(S) (f(S) - f(none) - sum_{i in S} a_i)^2,  k(S) = (F - 1) / (C(F, |S|) |S| (F - |S|))

    Subsets are drawn in proportion to k. Both ends (all, none) weigh a million times as much as a subset, so
    the sum meets the difference closely, not exactly.
    Reference: Lundberg and Lee, NeurIPS 2017, theorem 2.
    """

    complete = True
    random = True
    shared = True

    def __init__(self, samples: int = 1000) -> None:
        if samples < 3:
            raise InputError(f"Kernel SHAP needs 3 subsets or more, but got {samples}.")
        self.samples = int(samples)

    def refusal(self, problem: Problem) -> str | None:
        """Say no to a single cell: it has no subsets."""
        if len(problem.cells) > 1:
            return None
        return marked(
            "Kernel SHAP needs two cells or more, but this sample has one; choose feature_ablation."
        )

    def attribute(self, problem: Problem, targets: Sequence[Target], rows: int) -> list[Raw]:
        """Return the linear models' weights; the second target finds its versions already run."""
        function = CellFunction(problem, targets, rows)
        return [spread(problem, self._weights(function, place)) for place in range(len(targets))]

    def _weights(self, function: CellFunction, place: int) -> torch.Tensor:
        with torch.random.fork_rng(devices=[]):  # every target draws the same subsets
            weights = CaptumKernelShap(function.of(place)).attribute(
                function.everything,
                n_samples=self.samples,
                perturbations_per_eval=self.samples,
                return_input_shape=False,
            )
        return weights.reshape(-1).double()
