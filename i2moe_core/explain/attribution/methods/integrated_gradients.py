"""Integrated Gradients: gradients averaged along the straight way from the baseline to the sample."""

from __future__ import annotations

from collections.abc import Sequence

from captum.attr import IntegratedGradients as CaptumIntegratedGradients

from i2moe_core.errors import InputError
from i2moe_core.explain.attribution.methods.base import Method, Raw, as_function
from i2moe_core.explain.attribution.problem import Problem
from i2moe_core.explain.attribution.targets import Target


class IntegratedGradients(Method):
    """Gradients along the straight way from the baseline to the sample; they sum to the difference.

        a_i = (x_i - b_i) * integral_0^1 df/dx_i (b + t (x - b)) dt   (Gauss-Legendre, ``steps`` points)

    Reference: Sundararajan, Taly and Yan, ICML 2017, equation 1.
    """

    complete = True

    def __init__(self, steps: int = 50) -> None:
        if steps < 1:
            raise InputError(f"Integrated Gradients needs 1 step or more, but got {steps}.")
        self.steps = steps

    def attribute(self, problem: Problem, targets: Sequence[Target], rows: int) -> list[Raw]:
        """Return the integrals, one target after the other."""
        return [
            CaptumIntegratedGradients(as_function(problem, target)).attribute(
                problem.inputs, problem.baselines, n_steps=self.steps, internal_batch_size=rows
            )
            for target in targets
        ]
