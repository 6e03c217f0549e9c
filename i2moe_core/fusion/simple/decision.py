"""Late fusion: each modality decides by itself, and the decisions are averaged by learned weights."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from i2moe_core.fusion.base import Fusion
from i2moe_core.fusion.primitives import mlp
from i2moe_core.types import Features


class Decision(Fusion):
    """Let each modality decide by itself and average the decisions by learned weights (late fusion).

        z = sum_m w_m mlp_m(x_m),   w = softmax(a)

    The head behind a fusion is linear: head(z) is the average by w of head(mlp_m(x_m)), each modality's own
    logits. So the decision is taken here, and the vector is the decision before one common head names it.
    The logits are a sum over modalities: no synergy (vectors:xor) can be learned.
    """

    reads_tokens = False

    def __init__(self, modalities: int, width: int, out_dim: int, dropout: float = 0.0) -> None:
        super().__init__(modalities, width, out_dim, dropout)
        self.deciders = nn.ModuleList(mlp(width, out_dim, out_dim, dropout) for _ in range(modalities))
        self.scores = nn.Parameter(torch.zeros(modalities))

    def weights(self) -> Tensor:
        """Return the weight of each modality's decision, (M,); they sum to 1."""
        return self.scores.softmax(0)

    def decisions(self, features: Sequence[Features]) -> Tensor:
        """Return what each modality decides by itself, (M, B, out_dim)."""
        return torch.stack([decide(f.pooled) for decide, f in zip(self.deciders, features, strict=True)])

    def forward(self, features: Sequence[Features]) -> Tensor:
        """Return the averaged decisions, (B, out_dim)."""
        return torch.einsum("m,mbk->bk", self.weights(), self.decisions(features))
