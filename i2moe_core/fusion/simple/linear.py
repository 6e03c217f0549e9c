"""The fusion with the fewest parameters: one linear map of each pooled vector, summed."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from i2moe_core.fusion.base import Fusion
from i2moe_core.types import Features


class Linear(Fusion):
    """Sum of one linear map per modality: no products, so no synergy; hard to overfit on few samples.

    z = sum_m W_m x_m + b
    """

    reads_tokens = False

    def __init__(self, modalities: int, width: int, out_dim: int, dropout: float = 0.0) -> None:
        super().__init__(modalities, width, out_dim, dropout)
        self.project = nn.Linear(modalities * width, out_dim)

    def forward(self, features: Sequence[Features]) -> Tensor:
        """Return the fused vectors, (B, out_dim)."""
        return self.project(torch.cat([f.pooled for f in features], -1))
