"""The plainest fusion: pooled vectors side by side, then a small network."""

from collections.abc import Sequence

import torch
from torch import Tensor

from i2moe_core.fusion.base import Fusion
from i2moe_core.fusion.primitives import mlp
from i2moe_core.types import Features


class Concat(Fusion):
    """Concatenate the pooled vectors of all modalities and pass them through a two-layer network.

    z = mlp([x_1; ...; x_M])
    """

    reads_tokens = False

    def __init__(self, modalities: int, width: int, out_dim: int, dropout: float = 0.0) -> None:
        super().__init__(modalities, width, out_dim, dropout)
        self.close = mlp(modalities * width, out_dim, out_dim, dropout)

    def forward(self, features: Sequence[Features]) -> Tensor:
        """Return the fused vectors, (B, out_dim)."""
        return self.close(torch.cat([f.pooled for f in features], -1))
