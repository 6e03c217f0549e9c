"""Low-rank bilinear pooling: one product of two projections."""

from collections.abc import Sequence
from typing import ClassVar

import torch
from torch import Tensor

from i2moe_core.fusion.bilinear.base import Bilinear, product
from i2moe_core.fusion.primitives import require_positive


class LowRankBilinear(Bilinear):
    """Project each modality, squash, multiply: a bilinear form of low rank (MLB).

        z = mlp(tanh(W_1 x_1 + b_1) * ... * tanh(W_M x_M + b_M))

    Reference: Kim et al., ICLR 2017, section 3 (1,200 products there, option ``rank``; by default twice
    out_dim). For M > 2: the product of all projections (ours).
    """

    phrase: ClassVar[str] = "low-rank products (MLB)"

    def __init__(
        self, modalities: int, width: int, out_dim: int, dropout: float = 0.0, rank: int | None = None
    ) -> None:
        super().__init__(modalities, width, out_dim, dropout)
        rank = 2 * out_dim if rank is None else rank
        require_positive(rank=rank)
        self.build(rank, rank, dropout)

    def project(self, place: int, vectors: Tensor) -> Tensor:
        """Return the squashed projection, (..., rank)."""
        return torch.tanh(super().project(place, vectors))

    def join(self, projected: Sequence[Tensor]) -> Tensor:
        """Return the product, (..., rank)."""
        return product(projected)
