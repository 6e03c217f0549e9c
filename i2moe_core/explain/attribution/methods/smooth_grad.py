"""SmoothGrad: Input x Gradient with the slope averaged over noisy copies of the sample."""

from __future__ import annotations

from collections.abc import Sequence

from captum.attr import NoiseTunnel, Saliency

from i2moe_core.errors import InputError
from i2moe_core.explain.attribution.methods.base import Method, Raw, as_function
from i2moe_core.explain.attribution.methods.gradients import as_leaves, differences, noise_sizes, slicing
from i2moe_core.explain.attribution.problem import Problem
from i2moe_core.explain.attribution.targets import Target


class SmoothGrad(Method):
    """Slopes averaged over noisy copies of the sample, times the distance from the baseline.

        a_i = (x_i - b_i) * mean_k df/dx_i (x + e_k),   e_k ~ Normal(0, (noise * range)^2)

    Noise of ``noise`` times each input's range (of the sample and its baseline), ``samples`` copies.
    Reference: Smilkov et al., arXiv 1706.03825, 2017, sections 3.1 and 3.3.
    It does not show a sum that means something: the parts need not add up to the target's change.
    """

    random = True

    def __init__(self, samples: int = 32, noise: float = 0.15) -> None:
        if samples < 1 or noise < 0:
            raise InputError(
                f"SmoothGrad needs 1 sample or more and noise of 0 or more, but got {samples} and {noise}."
            )
        self.samples, self.noise = int(samples), float(noise)

    def attribute(self, problem: Problem, targets: Sequence[Target], rows: int) -> list[Raw]:
        """Return the averaged products, one target after the other."""
        return [self._smooth(problem, target, rows) for target in targets]

    def _smooth(self, problem: Problem, target: Target, rows: int) -> Raw:
        saliency = Saliency(as_function(problem, target))
        saliency.gradient_func = slicing(rows)
        slopes = NoiseTunnel(saliency).attribute(
            as_leaves(problem.inputs), nt_type="smoothgrad", nt_samples=self.samples,
            stdevs=noise_sizes(problem, self.noise), abs=False,
        )  # fmt: skip
        return tuple(distance * slope for distance, slope in zip(differences(problem), slopes, strict=True))
