"""Gradient reversal: what learns behind it wants the opposite of what is before it."""

from typing import Any

import torch
from torch import Tensor


class _Reversal(torch.autograd.Function):
    """Identity forwards, times -strength backwards."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, strength: float) -> Tensor:
        """Return x."""
        ctx.strength = strength
        return x.view_as(x)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        """Return the reversed gradient."""
        return -ctx.strength * gradients[0], None


def reverse_gradient(x: Tensor, strength: float = 1.0) -> Tensor:
    """Return ``x``; its gradient arrives multiplied by ``-strength``.

    Reference: Ganin and Lempitsky, ICML 2015, equations 7 and 8.
    """
    reversed_: Tensor = _Reversal.apply(x, strength)
    return reversed_
