"""Linear layers in single precision, computed by whichever library is the faster on this processor.

PyTorch leaves such products to MKL, which uses half of the vectors' width on processors of other makers than
Intel. oneDNN, which PyTorch brings along too, uses all of it there: large products take half the time. The
sums are the same; their last digits differ, as they do between processors.

Without a graph, weights are laid out once as oneDNN likes them, and held twice from then on. Importing this
module registers a hook of all optimizers, the only sign that a fused one has changed a weight.
"""

from functools import cache
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import linear
from torch.optim.optimizer import register_optimizer_step_post_hook

OPERATIONS = ("_linear_pointwise", "_reorder_linear_weight")  # not of every build of PyTorch
LARGE = 2**20  # multiplications; below that a call of oneDNN costs more than it saves


class Linear(nn.Linear):
    """``nn.Linear`` that leaves large products in fp32 on a CPU to oneDNN, where that is the faster.

    Gradients of any order are served, transforms of ``torch.func`` are not.
    """

    _packed: tuple[tuple[int, int, int], Tensor, Tensor] | None = None

    def forward(self, x: Tensor) -> Tensor:
        """Return x W' + b, (..., out), of (..., in)."""
        weight, bias = self.weight, self.bias
        if not serves(x, weight, bias):
            return linear(x, weight, bias)
        if keeps_graph(x, weight, bias):
            result: Tensor = _Product.apply(x, weight, bias)
            return result
        return product(x, self.packed(weight), bias)

    def then(self, activation: nn.GELU, x: Tensor) -> Tensor:
        """Return gelu(x W' + b), without a graph in one step: then hooks on either part are not called."""
        weight, bias = self.weight, self.bias
        if activation.approximate == "none" and serves(x, weight, bias) and not keeps_graph(x, weight, bias):
            return product(x, self.packed(weight), bias, "gelu")
        result: Tensor = activation(self(x))
        return result

    def onto(self, start: Tensor, x: Tensor) -> Tensor:
        """Return start + x W' + b, without a graph in one step: then hooks on this layer are not called."""
        weight, bias = self.weight, self.bias
        alike = start.dtype == x.dtype
        if not alike or not serves(x, weight, bias) or keeps_graph(start, x, weight, bias):
            result: Tensor = start + self(x)
            return result
        packed = self.packed(weight)
        result = torch.ops.mkldnn._linear_pointwise.binary(x, start, packed, bias, "add")
        return result

    def packed(self, weight: Tensor) -> Tensor:
        """Return its weight as oneDNN lays it out, made anew where the weight has changed.

        A change through ``.data`` or numpy is not seen: nothing tells of it.
        """
        if weight.is_inference():  # nothing tells whether it has changed
            return weight
        state = weight.data_ptr(), weight._version, _Steps.taken
        known = self._packed
        if known is None or known[0] != state:
            plain = weight.detach()  # kept, so that no other weight can come to lie at its address
            known = self._packed = state, torch.ops.mkldnn._reorder_linear_weight(plain), plain
        return known[1]

    def __getstate__(self) -> dict[str, Any]:
        """Leave out of copies what is made from the weight."""
        return {name: value for name, value in self.__dict__.items() if name != "_packed"}


def serves(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> bool:
    """Say whether oneDNN shall compute x W' + b."""
    return (
        x.numel() * weight.shape[0] >= LARGE
        and x.is_cpu
        and weight.is_cpu
        and is_faster()
        and x.dim() > 1
        and x.dtype == weight.dtype == torch.float32
        and (bias is None or (bias.dtype == torch.float32 and bias.is_contiguous()))
        and not torch.is_autocast_enabled("cpu")
    )


def keeps_graph(*tensors: Tensor | None) -> bool:
    """Say whether gradients may be asked for."""
    return torch.is_grad_enabled() and any(t is not None and t.requires_grad for t in tensors)


@cache
def is_faster() -> bool:
    """Say whether this processor has vectors of 512 bits, of which MKL leaves half unused."""
    known = getattr(torch.cpu, "get_capabilities", None)  # since PyTorch 2.11
    features: dict[str, Any] = known() if known else {}
    wide = bool(features.get("avx512_f", False)) and "Intel" not in str(features.get("cpu_name", "Intel"))
    return wide and has_operations()


def has_operations() -> bool:
    """Say whether this build of PyTorch has oneDNN and what is asked of it."""
    return torch.backends.mkldnn.is_available() and all(hasattr(torch.ops.mkldnn, n) for n in OPERATIONS)


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
    """The same with a graph: its gradients are such products too, and keep what they need alone."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        ctx.shape = x.shape
        to_x, to_weight, _ = ctx.needs_input_grad
        ctx.save_for_backward(x if to_weight else None, weight if to_x else None)
        return product(x, weight, bias)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        x, weight = ctx.saved_tensors
        rows = gradient.flatten(0, -2)
        return (
            None if weight is None else _again(rows, weight.t()).view(ctx.shape),
            None if x is None else _again(rows.t(), x.flatten(0, -2).t()),
            rows.sum(0) if ctx.needs_input_grad[2] else None,
        )


def _again(x: Tensor, weight: Tensor) -> Tensor:
    """Return x W', with a graph where gradients of gradients are asked for."""
    result: Tensor = _Product.apply(x, weight, None) if keeps_graph(x, weight) else product(x, weight)
    return result
