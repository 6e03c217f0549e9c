"""One number per modality says how much of it goes into the sum."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from i2moe_core.fusion.base import Fusion
from i2moe_core.fusion.primitives import mlp
from i2moe_core.linear import Linear
from i2moe_core.types import Features


class WeightedSum(Fusion):
    """Project each modality to one width, add them up by learned weights, and close by a network.

        z = mlp(sum_m w_m norm(W_m x_m)),   w = softmax(a)

    The norm (without parameters) gives all summands one length, so that w_m is modality m's share of the sum.
    The closing network can make products of what was added.
    """

    reads_tokens = False

    def __init__(self, modalities: int, width: int, out_dim: int, dropout: float = 0.0) -> None:
        super().__init__(modalities, width, out_dim, dropout)
        self.projections = nn.ModuleList(Linear(width, width) for _ in range(modalities))
        self.norm = nn.LayerNorm(width, elementwise_affine=False)
        self.scores = nn.Parameter(torch.zeros(modalities))
        self.close = mlp(width, out_dim, out_dim, dropout)

    def weights(self) -> Tensor:
        """Return each modality's share, (M,); they sum to 1."""
        return self.scores.softmax(0)

    def embed(self, place: int, features: Features) -> Tensor:
        """Return the modality's summand before its weight, (B, D)."""
        projected: Tensor = self.norm(self.projections[place](features.pooled))
        return projected

    def forward(self, features: Sequence[Features], embedded: Sequence[Tensor] | None = None) -> Tensor:
        """Return the fused vectors, (B, out_dim); ``embedded``: of all modalities, where already known."""
        own = [self.embed(m, f) for m, f in enumerate(features)] if embedded is None else embedded
        fused: Tensor = self.close(sum(w * x for w, x in zip(self.weights(), own, strict=True)))
        return fused
