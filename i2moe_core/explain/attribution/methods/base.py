"""What an attribution method is: from a problem and one target to numbers shaped like the inputs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torch import Tensor

from i2moe_core.explain.attribution.problem import Problem
from i2moe_core.explain.attribution.targets import Target

Raw = tuple[Tensor | None, ...]  # one an input, shaped (1, ...) as it; None: the method says nothing of it


class Method:
    """A named way to attribute; built from its options, which change what it computes.

    complete: whether the attributions promise to sum to value(sample) - value(baseline).
    random: whether it draws; it then has the global generators of torch and numpy for itself, seeded.
    shared: whether all targets look at the same versions of the sample, so that they go in one go.
    """

    complete = False
    random = False
    shared = False

    def refusal(self, problem: Problem) -> str | None:
        """Return why this method cannot be used on the problem, a marked sentence; None where it can."""
        return None

    def groups(self, targets: Sequence[Target]) -> list[Sequence[Target]]:
        """Return which targets are attributed in one go; one by one unless they share their work."""
        return [targets] if self.shared else [[target] for target in targets]

    def attribute(self, problem: Problem, targets: Sequence[Target], rows: int) -> list[Raw]:
        """Return the attributions of each target.

        Args:
            problem: the sample; its model's parameters need no gradient.
            targets: one of the groups.
            rows: versions of the sample that are run at once; bounds memory, changes no result.
        """
        raise NotImplementedError


def as_function(problem: Problem, target: Target) -> Callable[..., Tensor]:
    """Return the target as a function of the inputs alone, (n, ...) each -> (n,)."""

    def function(*inputs: Tensor) -> Tensor:
        return target.value(problem.forward(*inputs))

    return function
