"""Parallel co-attention: all modalities are attended at once, through the affinity of their tokens."""

from collections.abc import Sequence
from itertools import combinations
from typing import ClassVar

import torch
from torch import Tensor, nn

from i2moe_core.fusion.base import Fusion
from i2moe_core.fusion.primitives import attend, mlp, require_positive
from i2moe_core.linear import Linear
from i2moe_core.types import Features


class CoAttentionParallel(Fusion):
    """Every modality is looked at with the others' tokens carried over by their affinity, all at once.

        C_mj = tanh(x_m A_mj x_j^T),  C_jm = C_mj^T
        H_m = tanh(W_m x_m + sum over j != m of C_mj W_j x_j),  a_m = sum_t softmax_t(w_m^T H_mt) x_mt
        z = mlp([a_1; ...; a_M])

    Reference: Lu et al., NeurIPS 2016, section 3.3, parallel co-attention. It runs on words, phrases and
    sentences; here on one level, the encoder's tokens. For M > 2: one affinity for each pair (ours). The
    answers stand side by side where there they are added, and the closing network is ours.
    """

    least: ClassVar[int] = 2

    def __init__(
        self, modalities: int, width: int, out_dim: int, dropout: float = 0.0, hidden: int | None = None
    ) -> None:
        super().__init__(modalities, width, out_dim, dropout)
        hidden = width if hidden is None else hidden
        require_positive(hidden=hidden)
        self.pairs = list(combinations(range(modalities), 2))
        # So small that tokens of unit numbers start within tanh's slope.
        self.affinities = nn.Parameter(torch.randn(len(self.pairs), width, width) / width)
        self.project = nn.ModuleList(Linear(width, hidden, bias=False) for _ in range(modalities))
        self.scores = nn.ModuleList(Linear(hidden, 1, bias=False) for _ in range(modalities))
        self.close = mlp(modalities * width, out_dim, out_dim, dropout)

    def affinity(self, number: int, first: Features, second: Features) -> Tensor:
        """Return C of one pair, (B, T, T'), 0 where either token is padding."""
        scores = first.tokens @ self.affinities[number] @ second.tokens.transpose(1, 2)
        return scores.tanh().masked_fill(~(first.mask.unsqueeze(2) & second.mask.unsqueeze(1)), 0.0)

    def answers(self, features: Sequence[Features]) -> list[Tensor]:
        """Return the attended vector of each modality, (B, D)."""
        own = [project(f.tokens) for project, f in zip(self.project, features, strict=True)]  # (B, T, H)
        mixed = list(own)
        for number, (m, j) in enumerate(self.pairs):
            affinity = self.affinity(number, features[m], features[j])
            mixed[m] = mixed[m] + affinity @ own[j]
            mixed[j] = mixed[j] + affinity.transpose(1, 2) @ own[m]
        scores = [score(h.tanh()).squeeze(-1) for score, h in zip(self.scores, mixed, strict=True)]
        return [attend(f.tokens, f.mask, s) for f, s in zip(features, scores, strict=True)]

    def forward(self, features: Sequence[Features]) -> Tensor:
        """Return the fused vectors, (B, out_dim)."""
        fused: Tensor = self.close(torch.cat(self.answers(features), -1))
        return fused
