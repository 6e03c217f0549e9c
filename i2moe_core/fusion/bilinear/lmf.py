"""Low-rank tensor fusion: the tensor of all products, with a low-rank weight, never written out."""

from collections.abc import Sequence
from typing import ClassVar

import torch
from torch import Tensor, nn

from i2moe_core.fusion.bilinear.base import Bilinear, product
from i2moe_core.fusion.primitives import require_positive


class LMF(Bilinear):
    """Tensor fusion with a weight tensor of low rank: a sum of products, lower orders included (LMF).

        z = mlp(sum_r a_r ((W_1r [x_1; 1]) * ... * (W_Mr [x_M; 1])) + b)

    Reference: Liu et al., ACL 2018, section 3; the weights a_r of the terms and b are in its code. By default
    rank 4 and size out_dim.
    """

    phrase: ClassVar[str] = "low-rank tensor products (LMF)"

    def __init__(
        self,
        modalities: int,
        width: int,
        out_dim: int,
        dropout: float = 0.0,
        size: int | None = None,
        rank: int = 4,
    ) -> None:
        super().__init__(modalities, width, out_dim, dropout)
        size = out_dim if size is None else size
        require_positive(size=size, rank=rank)
        self.build(rank * size, size, dropout)  # a bias is the column of the appended 1
        self.weights = nn.Parameter(torch.randn(rank) / rank**0.5)
        self.bias = nn.Parameter(torch.zeros(size))

    def join(self, projected: Sequence[Tensor]) -> Tensor:
        """Return the weighted sum of the terms, (..., size)."""
        terms = product(projected).unflatten(-1, (len(self.weights), -1))  # (..., rank, size)
        return self.bias + (self.weights.unsqueeze(-1) * terms).sum(-2)
