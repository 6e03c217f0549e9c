"""What an expert of a single modality gets where its fusion needs a partner."""

from collections.abc import Sequence

import torch
from torch import Tensor

from i2moe_core.fusion.base import Fusion
from i2moe_core.fusion.primitives import AttentionPool, mlp
from i2moe_core.types import Features


class OneModality(Fusion):
    """One modality alone: its tokens pooled by attention beside their mean, then a small network.

    z = mlp([Pool(x_1); mean of x_1])
    """

    def __init__(self, modalities: int, width: int, out_dim: int, dropout: float = 0.0) -> None:
        super().__init__(modalities, width, out_dim, dropout)
        if modalities != 1:
            raise ValueError(f"it reads one modality, but is given {modalities}")
        self.pool = AttentionPool(width)
        self.close = mlp(2 * width, out_dim, out_dim, dropout)

    def forward(self, features: Sequence[Features]) -> Tensor:
        """Return the vectors, (B, out_dim)."""
        (one,) = features
        return self.close(torch.cat([self.pool(one.tokens, one.mask), one.pooled], -1))
