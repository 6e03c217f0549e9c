"""Self-attention over the tokens of all modalities: every token sees every other."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from i2moe_core.fusion.attention.block import Block, masked_mean, seen_tokens
from i2moe_core.fusion.base import Fusion
from i2moe_core.linear import Linear
from i2moe_core.types import Features


class Transformer(Fusion):
    """Pre-norm transformer over the tokens of all modalities, mean-pooled over the real ones.

    Reference: Vaswani et al., NeurIPS 2017; as a fusion backbone: Xin et al., ICML 2025, section 3.
    """

    def __init__(
        self,
        modalities: int,
        width: int,
        out_dim: int,
        dropout: float = 0.0,
        layers: int = 2,
        heads: int = 4,
    ) -> None:
        super().__init__(modalities, width, out_dim, dropout)
        self.kinds = nn.Parameter(0.02 * torch.randn(modalities, width))
        self.blocks = nn.ModuleList(Block(width, heads, dropout) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.close = Linear(width, out_dim)

    def forward(self, features: Sequence[Features]) -> Tensor:
        """Return the fused vectors, (B, out_dim)."""
        x = torch.cat([f.tokens + kind for f, kind in zip(features, self.kinds, strict=True)], 1)
        seen = seen_tokens(features)
        mask = None if seen is None else seen[:, None, None, :]  # (B, 1, 1, T)
        for block in self.blocks:
            x = block(x, mask)
        x = self.norm(x)
        return self.close(x.mean(1) if seen is None else masked_mean(x, seen))
