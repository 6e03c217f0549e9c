"""Block-term fusion: several small low-rank fusions of pieces, side by side."""

from collections.abc import Sequence
from typing import ClassVar

import torch
from torch import Tensor, nn

from i2moe_core.fusion.bilinear.base import Bilinear, product, sum_pool
from i2moe_core.fusion.primitives import power_normalize, require_positive


class Block(Bilinear):
    """Project each modality, cut it into chunks, fuse chunk with chunk by low-rank products (BLOCK).

        z = mlp([z_1; ...; z_C]),  z_c = power_normalize(sum_r (N_1cr f_1c) * ... * (N_Mcr f_Mc))
        [f_m1; ...; f_mC] = W_m x_m + b_m

    Reference: Ben-Younes et al., AAAI 2019 (20 chunks of 80, rank 15 in its code; by default 8 of 16, rank
    5). A chunk's fused vector is as wide as the chunk. For M > 2: the product
    of all modalities' terms (ours).
    """

    phrase: ClassVar[str] = "low-rank products chunk by chunk (BLOCK)"

    def __init__(
        self,
        modalities: int,
        width: int,
        out_dim: int,
        dropout: float = 0.0,
        chunks: int = 8,
        size: int = 16,
        rank: int = 5,
    ) -> None:
        super().__init__(modalities, width, out_dim, dropout)
        require_positive(chunks=chunks, size=size, rank=rank)
        self.chunks, self.size, self.rank = chunks, size, rank
        self.build(chunks * size, chunks * size, dropout)
        drawn = torch.rand(modalities, chunks, size, size * rank)
        self.terms = nn.Parameter((2 * drawn - 1) / size**0.5)  # N_m, block-diagonal

    def project(self, place: int, vectors: Tensor) -> Tensor:
        """Return the modality's part of every chunk's terms, (..., C * size * rank)."""
        pieces = super().project(place, vectors).unflatten(-1, (self.chunks, self.size))
        return torch.einsum("...ci,cij->...cj", pieces, self.terms[place]).flatten(-2)

    def join(self, projected: Sequence[Tensor]) -> Tensor:
        """Return the chunks' fused vectors side by side, (..., C * size)."""
        pooled = sum_pool(product(projected), self.rank).unflatten(-1, (self.chunks, self.size))
        return power_normalize(pooled).flatten(-2)
