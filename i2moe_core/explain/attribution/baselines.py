"""What a removed part becomes: the selectable baselines of each kind of input."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from i2moe_core.registry import lookup


@dataclass(frozen=True)
class Baseline:
    """Which baseline each kind of input gets, by name in BASELINES."""

    image: str = "blur"
    text: str = "mean"
    array: str = "mean"


def blurred(x: Tensor, mean: Tensor) -> Tensor:
    """The picture itself, blurred until no shape is left: its colours and light stay."""
    size = x.shape[-1]
    kernel = max(3, size // 2 // 2 * 2 + 1)
    for _ in range(3):  # three box blurs are close to a Gaussian
        edge = kernel // 2
        x = functional.avg_pool2d(functional.pad(x, (edge,) * 4, mode="replicate"), kernel, 1)
    return x


def mean_colour(x: Tensor, mean: Tensor) -> Tensor:
    """The picture's own mean colour everywhere."""
    return x.mean((-2, -1), keepdim=True).expand_as(x).contiguous()


def mean_sample(x: Tensor, mean: Tensor) -> Tensor:
    """The mean over the reference samples: the average picture, piece or array."""
    return mean.expand_as(x).contiguous()


def zeros(x: Tensor, mean: Tensor) -> Tensor:
    """Zeros: a black picture, no embedding at all, an array of zeros."""
    return torch.zeros_like(x)


Blank = Callable[[Tensor, Tensor], Tensor]
BASELINES: Mapping[str, Mapping[str, Blank]] = {
    "image": {"blur": blurred, "colour": mean_colour, "mean": mean_sample, "zero": zeros},
    "text": {"mean": mean_sample, "zero": zeros},
    "array": {"mean": mean_sample, "zero": zeros},
}


def make_baseline(baseline: Baseline, kind: str, x: Tensor, mean: Tensor) -> Tensor:
    """Return what input ``x`` (1, ...) becomes where it is removed, shaped as ``x``.

    mean: the mean over the reference samples, which broadcasts to ``x``.

    Raises:
        InputError: the baseline's name is unknown.
    """
    return lookup(BASELINES[kind], getattr(baseline, kind), f"{kind} baseline")(x, mean)
