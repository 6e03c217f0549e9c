"""Dynamic parameter prediction: one modality writes the weights by which the others are read."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from i2moe_core.fusion.attention.base import Guided
from i2moe_core.fusion.primitives import mlp, require_positive
from i2moe_core.linear import Linear
from i2moe_core.types import Features


class DynamicParameter(Guided):
    """Let one modality write the weight matrices that the others pass through (DPPnet, hashed weights).

        p_m = P_m Pool(x_guide) + c_m,   W_m[i, j] = s_m(i, j) p_m[h_m(i, j)] / sqrt(D)
        z = mlp([W_m x_m + b_m for every m but the guide])

    ``candidates`` numbers p fill a D x D matrix: h says which one stands at a place, s = +-1 its sign. Both
    are drawn once from ``seed``, for all experts alike, and saved with the weights.

    Reference: Noh et al., CVPR 2016. Ours: 1 / sqrt(D), which starts the layer at an ordinary one's
    scale; for M > 2 a predicted matrix for each modality but the guide; the closing network.
    """

    hashes: Tensor
    signs: Tensor

    def __init__(
        self,
        modalities: int,
        width: int,
        out_dim: int,
        dropout: float = 0.0,
        guide: int = -1,
        candidates: int = 512,
        seed: int = 0,
    ) -> None:
        super().__init__(modalities, width, out_dim, dropout, guide)
        require_positive(candidates=candidates)
        others, shape = len(self.others), (len(self.others), width, width)
        generator = torch.Generator().manual_seed(seed)
        first = candidates * torch.arange(others).reshape(-1, 1, 1)  # each modality has its own candidates
        self.register_buffer("hashes", first + torch.randint(candidates, shape, generator=generator))
        self.register_buffer("signs", torch.randint(2, shape, generator=generator) * 2.0 - 1)
        self.predict = Linear(width, others * candidates)
        self.bias = nn.Parameter(torch.zeros(others, width))
        self.close = mlp(others * width, out_dim, out_dim, dropout)

    def matrices(self, guide: Tensor) -> Tensor:
        """Return the weights that guides (B, D) write, (B, M - 1, D, D)."""
        chosen = self.predict(guide).index_select(-1, self.hashes.flatten()).unflatten(-1, self.hashes.shape)
        return chosen * (self.signs.to(chosen.dtype) / math.sqrt(self.width))

    def read(self, features: Sequence[Features]) -> Tensor:
        """Return the others after the written layers, (B, M - 1, D)."""
        seen = torch.stack([f.pooled for f in self.asked(features)], 1)
        written = self.matrices(self.question(features))
        return (written @ seen.unsqueeze(-1)).squeeze(-1) + self.bias

    def forward(self, features: Sequence[Features]) -> Tensor:
        """Return the fused vectors, (B, out_dim)."""
        fused: Tensor = self.close(self.read(features).flatten(1))
        return fused
