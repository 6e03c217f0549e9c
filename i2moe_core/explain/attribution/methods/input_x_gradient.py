"""Input x Gradient: how steep the target is at the sample, times how far the sample is from its baseline."""

from __future__ import annotations

from collections.abc import Sequence

from captum.attr import InputXGradient as CaptumInputXGradient

from i2moe_core.explain.attribution.methods.base import Method, Raw
from i2moe_core.explain.attribution.methods.gradients import as_leaves, as_shifted_function, differences
from i2moe_core.explain.attribution.problem import Problem
from i2moe_core.explain.attribution.targets import Target


class InputXGradient(Method):
    """The slope at the sample times the distance from the baseline: the fastest, and the roughest.

        a_i = (x_i - b_i) * df/dx_i (x)

    Reference: Shrikumar et al., arXiv 1605.01713, 2016; there b = 0 (the ``zero`` baselines).
    It does not show what a larger change would do: where the target has levelled off, the slope is nearly 0
    although the part decides.
    """

    def attribute(self, problem: Problem, targets: Sequence[Target], rows: int) -> list[Raw]:
        """Return the products, one target after the other."""
        return [_multiply(problem, target) for target in targets]


def _multiply(problem: Problem, target: Target) -> Raw:
    method = CaptumInputXGradient(as_shifted_function(problem, target))
    return tuple(x.detach() for x in method.attribute(as_leaves(differences(problem))))
