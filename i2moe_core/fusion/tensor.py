"""Tensor fusion: every product of one factor per modality, lower orders included by an appended 1."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from i2moe_core.fusion.base import Fusion
from i2moe_core.fusion.primitives import mlp
from i2moe_core.types import Features


class TensorFusion(Fusion):
    """Outer product of the projected vectors, each with an appended 1.

        z = mlp([W_1 x_1; 1] (x) ... (x) [W_M x_M; 1])

    Reference: Zadeh et al., EMNLP 2017, section 3.2. The projection to ``rank`` factors is ours: it bounds
    the (rank + 1)^M products. By default the largest rank whose products number at most 1,024.
    """

    def __init__(
        self, modalities: int, width: int, out_dim: int, dropout: float = 0.0, rank: int | None = None
    ) -> None:
        super().__init__(modalities, width, out_dim, dropout)
        self.rank = rank or max(2, min(width, int(1024 ** (1 / modalities) + 1e-9) - 1))
        self.projections = nn.ModuleList(nn.Linear(width, self.rank) for _ in range(modalities))
        self.close = mlp((self.rank + 1) ** modalities, out_dim, out_dim, dropout)

    def forward(self, features: Sequence[Features]) -> Tensor:
        """Return the fused vectors, (B, out_dim)."""
        return self.close(self.outer([f.pooled for f in features]))

    def outer(self, vectors: Sequence[Tensor]) -> Tensor:
        """Return all products of one factor per modality, (B, (rank + 1)^M)."""
        product = vectors[0].new_ones(len(vectors[0]), 1)
        for project, vector in zip(self.projections, vectors, strict=True):
            factors = nn.functional.pad(project(vector), (0, 1), value=1.0)  # (B, rank + 1)
            product = torch.einsum("bi,bj->bij", product, factors).flatten(1)
        return product
