"""Linear layers in single precision, computed by whichever library is the faster on this processor.

PyTorch leaves such products to MKL, which uses half of the vectors' width on processors of other makers than
Intel. oneDNN, which PyTorch brings along too, uses all of it there: large products take half the time. The
sums are the same; their last digits differ, as they do between processors.
"""

from functools import cache
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.optim.optimizer import register_optimizer_step_post_hook

OPERATIONS = ("_linear_pointwise", "_reorder_linear_weight")  # not of every build of PyTorch
LARGE = 2**20  # multiplications; below that a call of oneDNN costs more than it saves


class Linear(nn.Linear):
    """``nn.Linear`` that leaves large products in fp32 on a CPU to oneDNN, where that is the faster."""

    _packed: tuple[tuple[int, int, int], Tensor] | None = None

    def forward(self, x: Tensor) -> Tensor:
        """Return x W' + b, (..., out), of (..., in)."""
        weight = self.weight
        if not serves(x, weight):
            return super().forward(x)
        if keeps_graph(x, weight):
            result: Tensor = _Product.apply(x, weight, self.bias)
            return result
        return product(x, self.packed(weight), self.bias)

    def then(self, activation: nn.GELU, x: Tensor) -> Tensor:
        """Return gelu(x W' + b), without a graph in one step: then hooks on either part are not called."""
        weight = self.weight
        if serves(x, weight) and not keeps_graph(x, weight) and activation.approximate == "none":
            return product(x, self.packed(weight), self.bias, "gelu")
        result: Tensor = activation(self(x))
        return result

    def onto(self, start: Tensor, x: Tensor) -> Tensor:
        """Return start + x W' + b, without a graph in one step: then hooks on this layer are not called."""
        weight = self.weight
        if not serves(x, weight) or keeps_graph(x, weight) or keeps_graph(start, weight):
            result: Tensor = start + self(x)
            return result
        packed = self.packed(weight)
        result = torch.ops.mkldnn._linear_pointwise.binary(x, start, packed, self.bias, "add")
        return result

    def packed(self, weight: Tensor) -> Tensor:
        """Return its weight as oneDNN lays it out, made anew where the weight has changed."""
        if weight.is_inference():  # nothing tells whether it has changed
            return weight
        state = weight.data_ptr(), weight._version, _Steps.taken
        known = self._packed
        if known is None or known[0] != state:
            known = self._packed = state, torch.ops.mkldnn._reorder_linear_weight(weight.detach())
        return known[1]

    def __getstate__(self) -> dict[str, Any]:
        """Leave out of copies what is made from the weight."""
        return {name: value for name, value in self.__dict__.items() if name != "_packed"}


def serves(x: Tensor, weight: Tensor) -> bool:
    """Say whether oneDNN shall compute x W'."""
    return (
        x.numel() * weight.shape[0] >= LARGE
        and is_faster()
        and x.dim() > 1
        and x.is_cpu
        and weight.is_cpu
        and x.dtype == weight.dtype == torch.float32
        and not torch.is_autocast_enabled("cpu")
    )


def keeps_graph(x: Tensor, weight: Tensor) -> bool:
    """Say whether gradients may be asked for."""
    return torch.is_grad_enabled() and (x.requires_grad or weight.requires_grad)


@cache
def is_faster() -> bool:
    """Say whether this processor has vectors of 512 bits, of which MKL leaves half unused."""
    features = torch.cpu.get_capabilities()
    wide = bool(features.get("avx512_f", False)) and "Intel" not in str(features.get("cpu_name", "Intel"))
    return (
        wide
        and torch.backends.mkldnn.is_available()
        and all(hasattr(torch.ops.mkldnn, n) for n in OPERATIONS)
    )


def product(x: Tensor, weight: Tensor, bias: Tensor | None = None, then: str = "none") -> Tensor:
    """Return x W' + b by oneDNN, (..., out), without a graph; ``weight`` plain or packed; ``then``: gelu."""
    result: Tensor = torch.ops.mkldnn._linear_pointwise(x, weight, bias, then, [], "none")
    return result


class _Steps:
    """Counts the steps of all optimizers: fused ones change weights, and their tensors' versions stay."""

    taken = 0

    @classmethod
    def count(cls, *_: object) -> None:
        cls.taken += 1


register_optimizer_step_post_hook(_Steps.count)


class _Product(torch.autograd.Function):
    """The same with a graph: its gradients are such products too."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        ctx.save_for_backward(x, weight)
        return product(x, weight, bias)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        x, weight = ctx.saved_tensors
        rows = gradient.flatten(0, -2)
        to_x, to_weight, to_bias = ctx.needs_input_grad
        return (
            product(rows, weight.t()).view_as(x) if to_x else None,
            product(rows.t(), x.flatten(0, -2).t()) if to_weight else None,
            rows.sum(0) if to_bias else None,
        )
