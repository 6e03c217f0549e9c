"""The fusion with no parameters: the pooled vectors side by side, read by the head alone."""

from collections.abc import Sequence

import torch
from torch import Tensor

from i2moe_core.fusion.base import Fusion
from i2moe_core.types import Features


class Pooled(Fusion):
    """The modalities' pooled vectors side by side, so that the head is one linear map; for few samples.

    Two linear maps in a row tell no more than one, but learn a few hundred samples by heart sooner. The
    result is M * D wide, whatever width is asked for.
    """

    reads_tokens = False

    def __init__(self, modalities: int, width: int, out_dim: int, dropout: float = 0.0) -> None:
        super().__init__(modalities, width, modalities * width, dropout)

    def forward(self, features: Sequence[Features]) -> Tensor:
        """Return the pooled vectors, (B, M * D)."""
        return torch.cat([f.pooled for f in features], -1)
