"""What bilinear fusions share: each modality is projected once, the projections are joined by products."""

from collections.abc import Sequence
from functools import reduce
from typing import ClassVar

import torch
from torch import Tensor, nn

from i2moe_core.fusion.base import Fusion
from i2moe_core.fusion.primitives import mlp
from i2moe_core.linear import Linear
from i2moe_core.types import Features

PRODUCTS = 1024  # how many an outer product holds by default


class Bilinear(Fusion):
    """Join the modalities' vectors by products, then close by a small network.

    ``project`` and ``join`` take any leading dimensions that broadcast, so that they also serve under
    attention, token by token. The closing network is ours, the same for all: norm, two layers.
    """

    least: ClassVar[int] = 2
    reads_tokens: ClassVar[bool] = False
    phrase: ClassVar[str] = "products"  # by what it joins, in the description of the same under attention

    def build(self, projected: int, joined: int, dropout: float) -> None:
        """Build each modality's projection and the closing network, which reads ``joined`` numbers."""
        self.projections = nn.ModuleList(Linear(self.width, projected) for _ in range(self.modalities))
        self.close = mlp(joined, self.out_dim, self.out_dim, dropout)

    def project(self, place: int, vectors: Tensor) -> Tensor:
        """Return what is made of modality ``place`` whatever the others are: (..., D) to (..., W)."""
        projected: Tensor = self.projections[place](vectors)
        return projected

    def join(self, projected: Sequence[Tensor]) -> Tensor:
        """Return the products of all modalities' projections, (..., joined)."""
        raise NotImplementedError

    def embed(self, place: int, features: Features) -> Tensor:
        """Return the modality's projection, (B, W)."""
        return self.project(place, features.pooled)

    def fuse(self, projected: Sequence[Tensor]) -> Tensor:
        """Return the fused vectors, (..., out_dim), of all modalities' projections."""
        fused: Tensor = self.close(self.join(projected))
        return fused

    def forward(self, features: Sequence[Features], embedded: Sequence[Tensor] | None = None) -> Tensor:
        """Return the fused vectors, (B, out_dim); ``embedded``: of all modalities, where already known."""
        return self.fuse([self.embed(m, f) for m, f in enumerate(features)] if embedded is None else embedded)


def product(vectors: Sequence[Tensor]) -> Tensor:
    """Multiply all element by element."""
    return reduce(torch.mul, vectors)


def outer(vectors: Sequence[Tensor]) -> Tensor:
    """Return all products of one number from each, (..., W_1 * ... * W_M)."""
    return reduce(lambda a, b: (a.unsqueeze(-1) * b.unsqueeze(-2)).flatten(-2), vectors)


def sum_pool(x: Tensor, rank: int) -> Tensor:
    """Sum groups of ``rank`` neighbours: (..., K * rank) to (..., K)."""
    return x.unflatten(-1, (-1, rank)).sum(-1)


def bounded_rank(modalities: int, width: int, appended: int = 0) -> int:
    """Return the most factors, ``appended`` ones besides, whose M-fold products number at most PRODUCTS."""
    return max(2, min(width, int(PRODUCTS ** (1 / modalities) + 1e-9) - appended))
