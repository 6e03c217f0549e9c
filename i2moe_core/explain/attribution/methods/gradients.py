"""What gradient methods share: leaves to differentiate by, and gradients a few rows at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from i2moe_core.explain.attribution.methods.base import as_function
from i2moe_core.explain.attribution.problem import Problem
from i2moe_core.explain.attribution.targets import Target

GradientFunction = Callable[..., tuple[Tensor, ...]]


def as_leaves(tensors: Sequence[Tensor]) -> tuple[Tensor, ...]:
    """Return copies that gradients can be taken by; the originals stay as they are, whatever happens."""
    return tuple(x.detach().clone().requires_grad_() for x in tensors)


def differences(problem: Problem) -> tuple[Tensor, ...]:
    """Return how far the sample is from its baseline, one tensor (1, ...) an input."""
    return tuple(x - blank for x, blank in zip(problem.inputs, problem.baselines, strict=True))


def as_shifted_function(problem: Problem, target: Target) -> Callable[..., Tensor]:
    """Return the target as a function of the distance from the baseline: 0 is the baseline itself."""
    function = as_function(problem, target)

    def shifted(*distances: Tensor) -> Tensor:
        return function(*(d + blank for d, blank in zip(distances, problem.baselines, strict=True)))

    return shifted


def slicing(rows: int) -> GradientFunction:
    """Return a ``gradient_func`` for Captum's methods that keeps the graph of ``rows`` rows at most.

    The draws of a random method are then made for all rows at once, whatever ``rows`` is.
    """

    def gradients(
        forward_fn: Callable[..., Tensor], inputs: tuple[Tensor, ...], *ignored: Any, **more: Any
    ) -> tuple[Tensor, ...]:
        parts = zip(*(x.split(rows) for x in inputs), strict=True)
        return tuple(map(torch.cat, zip(*(_gradients(forward_fn, part) for part in parts), strict=True)))

    return gradients


def _gradients(function: Callable[..., Tensor], inputs: Sequence[Tensor]) -> tuple[Tensor, ...]:
    with torch.enable_grad():
        leaves = as_leaves(inputs)
        return torch.autograd.grad(function(*leaves).sum(), leaves)


def noise_sizes(problem: Problem, share: float) -> tuple[float, ...]:
    """Return the standard deviation of each input's noise: a share of the range of sample and baseline."""
    both = (torch.stack(pair) for pair in zip(problem.inputs, problem.baselines, strict=True))
    return tuple(share * float(values.max() - values.min()) for values in both)
