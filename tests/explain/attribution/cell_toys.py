"""Samples whose model is a plain function, so that every attribution can be worked out by hand."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from i2moe_core.explain.attribution.cells import array_cells, image_cells, text_cells
from i2moe_core.explain.attribution.problem import Problem
from i2moe_core.explain.attribution.targets import Target
from i2moe_core.explain.attribution.words import Word
from i2moe_core.types import MoEOutput


@dataclass(frozen=True)
class Toy(Problem):
    """A problem whose mixture is ``function``: inputs (n, ...) -> logits (n,) or (n, C)."""

    function: Callable[..., Tensor] = lambda *inputs: inputs[0].sum(-1)

    def forward(self, *inputs):
        logits = self.function(*inputs)
        logits = logits[:, None] if logits.dim() == 1 else logits
        return MoEOutput(logits, torch.ones(len(logits), 1), logits[None, None])


def array_toy(function, x, sample_id="toy"):
    """One array (F,) of F cells, removed to zero."""
    x = torch.tensor([x], dtype=torch.float64)
    cells, numbers = array_cells("x", (x.shape[1],), x.shape[1], 0)
    return _toy(("x",), ("array",), (x,), cells, (numbers,), function, sample_id)


def pair_toy(function, size=16, words=3, width=4):
    """A picture of ones and ``words`` words of two pieces of ones, removed to zero."""
    image, text = torch.ones(1, 3, size, size), torch.ones(1, 2 * words, width)
    cells, numbers = image_cells("image", size, 0)
    spoken = tuple(Word(f"w{n}", 3 * n, 3 * n + 2, (2 * n, 2 * n + 1)) for n in range(words))
    more, places = text_cells("text", spoken, 2 * words, len(cells))
    return _toy(
        ("image", "text"), ("image", "text"), (image, text), [*cells, *more], (numbers, places), function
    )


def _toy(names, kinds, inputs, cells, numbers, function, sample_id="toy"):
    return Toy(
        run_id="toy", sample_id=sample_id, model=None, batch=None, names=names, kinds=kinds, inputs=inputs,
        baselines=tuple(torch.zeros_like(x) for x in inputs), cells=tuple(cells), cell_numbers=numbers,
        function=function,
    )  # fmt: skip


def logit(place=0, unit="logit"):
    """The target that is the function's value itself."""

    def value(out):
        return out.logits[:, place]

    return Target(f"answer/{place}", f"number {place}", None, value, value, unit)
