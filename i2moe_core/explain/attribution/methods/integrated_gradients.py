"""Integrated Gradients: gradients averaged along the straight way from the baseline to the sample."""

from __future__ import annotations

from collections.abc import Sequence

from i2moe_core.errors import InputError
from i2moe_core.explain.attribution.methods.base import Method, Raw
from i2moe_core.explain.attribution.methods.walks import Walker, Way
from i2moe_core.explain.attribution.problem import Problem
from i2moe_core.explain.attribution.targets import Target


class IntegratedGradients(Method):
    """Gradients along the straight way from the baseline to the sample; they sum to the difference.

        a_i = (x_i - b_i) * integral_0^1 df/dx_i (b + t (x - b)) dt   (Gauss-Legendre, ``steps`` points)

    Where the sum misses the difference by more than 2%, the way is cut in two where it misses most and
    walked again, ``cuts`` times at most; 0 walks once. The integral of a way is the sum over its pieces.

    Reference: Sundararajan, Taly and Yan, ICML 2017, equation 1; cutting is ours. It does not show what the
    model would do on natural inputs: the points on the way are blends that it never saw.
    """

    complete = True

    def __init__(self, steps: int = 50, cuts: int = 7) -> None:
        if steps < 1:
            raise InputError(f"Integrated Gradients needs 1 step or more, but got {steps}.")
        if cuts < 0:
            raise InputError(f"Integrated Gradients needs 0 cuts or more, but got {cuts}.")
        self.steps, self.cuts = int(steps), int(cuts)

    def attribute(self, problem: Problem, targets: Sequence[Target], rows: int) -> list[Raw]:
        """Return the integrals, one target after the other."""
        ways = self.ways(problem)
        return [Walker(problem, target, self.steps, rows).integrate(ways, self.cuts) for target in targets]

    def ways(self, problem: Problem) -> list[Way]:
        """Return the ways whose integrals are summed."""
        return [Way(problem.baselines, problem.inputs, tuple(range(len(problem.inputs))))]
