"""GradientShap: slopes at random points between the baseline and noisy copies of the sample."""

from __future__ import annotations

from collections.abc import Sequence

from captum.attr import GradientShap as CaptumGradientShap

from i2moe_core.errors import InputError
from i2moe_core.explain.attribution.methods.base import Method, Raw, as_function
from i2moe_core.explain.attribution.methods.gradients import as_leaves, noise_sizes, slicing
from i2moe_core.explain.attribution.problem import Problem
from i2moe_core.explain.attribution.targets import Target


class GradientShap(Method):
    """Slopes at random points between the baseline and noisy copies of the sample, averaged.

        a_i = mean_k (x_i + e_ki - b_i) * df/dx_i (b + u_k (x + e_k - b)),   u_k ~ Uniform(0, 1)

    ``samples`` points; noise e_k of ``noise`` times each input's range. Without noise its mean is that of
    Integrated Gradients, and the gap shown is the error of the sampling.
    Reference: Lundberg and Lee, NeurIPS 2017; Erion et al., Nature Machine Intelligence 2021 (expected
    gradients). It does not show the same twice for other draws: few samples leave visible noise.
    """

    complete = True
    random = True

    def __init__(self, samples: int = 64, noise: float = 0.02) -> None:
        if samples < 1 or noise < 0:
            raise InputError(
                f"GradientShap needs 1 sample or more and noise of 0 or more, but got {samples} and {noise}."
            )
        self.samples, self.noise = int(samples), float(noise)

    def attribute(self, problem: Problem, targets: Sequence[Target], rows: int) -> list[Raw]:
        """Return the averages, one target after the other."""
        return [self._expect(problem, target, rows) for target in targets]

    def _expect(self, problem: Problem, target: Target, rows: int) -> Raw:
        method = CaptumGradientShap(as_function(problem, target))
        method.gradient_func = slicing(rows)
        raw: Raw = method.attribute(
            as_leaves(problem.inputs), problem.baselines, n_samples=self.samples,
            stdevs=noise_sizes(problem, self.noise),
        )  # fmt: skip
        return raw
