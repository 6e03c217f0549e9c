"""A transformer stream for each modality: in every layer a look at the other streams, then at its own."""

from collections.abc import Sequence
from typing import ClassVar, cast

import torch
from torch import Tensor, nn

from i2moe_core.fusion.attention.block import Block, masked_mean, seen_tokens
from i2moe_core.fusion.base import Fusion
from i2moe_core.fusion.bilinear.base import product
from i2moe_core.fusion.primitives import Dropout, mlp, require_positive
from i2moe_core.linear import Linear
from i2moe_core.types import Features


class DualStream(Fusion):
    """Two-stream transformer: each modality's tokens ask the others', then each other, layer by layer.

        x_m <- x_m + CrossAttention(query x_m; keys, values: all x_j, j != m),  x_m <- Block(x_m)
        z = mlp(product over m of the mean of norm(x_m))

    Reference: Lu et al., NeurIPS 2019 (ViLBERT: co-attention layers, the product of both streams at the end);
    Tan and Bansal, EMNLP 2019 (LXMERT: no feed-forward step between co-attention and self-attention, as
    here). Norms before instead of after each step, means instead of marked first tokens, and the closing
    network are ours. For M > 2: the tokens of all others stand in one row (ours).
    """

    least: ClassVar[int] = 2

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
        require_positive(layers=layers, heads=heads)
        self.layers = nn.ModuleList(
            nn.ModuleList(_Stream(width, heads, dropout) for _ in range(modalities)) for _ in range(layers)
        )
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(modalities))
        self.close = mlp(width, out_dim, out_dim, dropout)

    def forward(self, features: Sequence[Features]) -> Tensor:
        """Return the fused vectors, (B, out_dim)."""
        others = [[j for j in range(self.modalities) if j != m] for m in range(self.modalities)]
        own = [seen_tokens([f]) for f in features]
        across = [seen_tokens([features[j] for j in o]) for o in others]
        x = [f.tokens for f in features]
        for layer in self.layers:
            rows = [torch.cat([x[j] for j in o], 1) for o in others]
            streams = cast(nn.ModuleList, layer)
            x = [s(*parts) for s, *parts in zip(streams, x, own, rows, across, strict=True)]
        pooled = [norm(y) for norm, y in zip(self.norms, x, strict=True)]
        means = [y.mean(1) if m is None else masked_mean(y, m) for y, m in zip(pooled, own, strict=True)]
        fused: Tensor = self.close(product(means))
        return fused


class _Stream(nn.Module):
    """One layer of one stream: a look at the others, then a transformer block."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.norm, self.norm_others = nn.LayerNorm(width), nn.LayerNorm(width)
        self.query, self.key_value = Linear(width, width), Linear(width, 2 * width)
        self.out, self.drop = Linear(width, width), Dropout(dropout)
        self.block = Block(width, heads, dropout)

    def forward(self, x: Tensor, own: Tensor | None, others: Tensor, across: Tensor | None) -> Tensor:
        """Transform (B, T, D) beside (B, T', D); own (B, T), across (B, T'): what may be seen."""
        x = self.drop.add(x, self._look(self.norm(x), self.norm_others(others), across))
        transformed: Tensor = self.block(x, None if own is None else own[:, None, None, :])
        return transformed

    def _look(self, x: Tensor, others: Tensor, mask: Tensor | None) -> Tensor:
        query = self.query(x).unflatten(-1, (self.heads, -1)).transpose(1, 2)  # (B, H, T, D/H)
        pairs = self.key_value(others).unflatten(-1, (2, self.heads, -1)).permute(2, 0, 3, 1, 4)
        scores = query @ pairs[0].transpose(2, 3) * query.shape[-1] ** -0.5  # (B, H, T, T')
        if mask is not None:
            scores = scores.masked_fill(~mask[:, None, None, :], -torch.inf)
        mixed = self.drop(scores.softmax(-1)) @ pairs[1]
        looked: Tensor = self.out(mixed.transpose(1, 2).flatten(2))
        return looked
