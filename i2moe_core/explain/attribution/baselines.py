"""What a removed part becomes: the selectable baselines of each kind of input.

The defaults are those that mislead least on the validation pictures and sentences of ``scenes`` (and on
``digits``), where it is known which parts decide: removing idle parts changes the answer least, keeping only
the deciding ones keeps it best. Parts of other samples, averaged, were tried too and mislead more: they bring
in shapes and words of their own.
"""

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
    text: str = "mask"
    array: str = "mean"


@dataclass(frozen=True)
class Material:
    """What a baseline is made of: the input x (1, ...) and two things that broadcast to it.

    mean: the mean over the reference samples. hidden: the piece of a hidden word; for other inputs, the mean.
    """

    x: Tensor
    mean: Tensor
    hidden: Tensor


def blurred(given: Material) -> Tensor:
    """The picture itself, blurred until no shape is left: its colours and light stay."""
    x, size = given.x, given.x.shape[-1]
    kernel = max(3, size // 2 // 2 * 2 + 1)
    for _ in range(3):  # three box blurs are close to a Gaussian
        edge = kernel // 2
        x = functional.avg_pool2d(functional.pad(x, (edge,) * 4, mode="replicate"), kernel, 1)
    return x


def mean_colour(given: Material) -> Tensor:
    """The picture's own mean colour everywhere."""
    return given.x.mean((-2, -1), keepdim=True).expand_as(given.x).contiguous()


def mean_sample(given: Material) -> Tensor:
    """The mean over the reference samples: the average picture, piece or array."""
    return given.mean.expand_as(given.x).contiguous()


def hidden_words(given: Material) -> Tensor:
    """The piece that stands for a hidden word: as long as a word's, without a meaning."""
    return given.hidden.expand_as(given.x).contiguous()


def zeros(given: Material) -> Tensor:
    """Zeros: a black picture, no embedding at all, an array of zeros."""
    return torch.zeros_like(given.x)


Blank = Callable[[Material], Tensor]
BASELINES: Mapping[str, Mapping[str, Blank]] = {
    "image": {"blur": blurred, "colour": mean_colour, "mean": mean_sample, "zero": zeros},
    "text": {"mask": hidden_words, "mean": mean_sample, "zero": zeros},
    "array": {"mean": mean_sample, "zero": zeros},
}


def make_baseline(baseline: Baseline, kind: str, given: Material) -> Tensor:
    """Return what an input of a kind becomes where it is removed, shaped as the input.

    Raises:
        InputError: the baseline's name is unknown.
    """
    return lookup(BASELINES[kind], getattr(baseline, kind), f"{kind} baseline")(given)
