"""Alternating co-attention: the modalities are attended in turn, each led by the answer before."""

from collections.abc import Sequence
from typing import ClassVar

import torch
from torch import Tensor, nn

from i2moe_core.fusion.base import Fusion
from i2moe_core.fusion.primitives import GuidedScores, attend, guide_place, mlp, require_positive
from i2moe_core.linear import Linear
from i2moe_core.types import Features


class CoAttentionAlternating(Fusion):
    """The text is summed up, leads the look at the others, and is looked at again with what they said.

        A(x; g) = sum_t softmax_t(w^T tanh(W x_t + U g + b)) x_t,  its own weights at each step
        s = A(x_guide; 0),  a_1 = A(x_1; s),  ...,  a_guide = A(x_guide; the last a)
        z = mlp([a_1; ...; a_M])

    Reference: Lu et al., NeurIPS 2016, section 3.3, alternating co-attention. It runs on words, phrases and
    sentences; here on one level, the encoder's tokens. For M > 2: all others in turn, each led by the one
    before (ours). The answers stand side by side where there they are added, and the closing network is ours.
    """

    least: ClassVar[int] = 2

    def __init__(
        self,
        modalities: int,
        width: int,
        out_dim: int,
        dropout: float = 0.0,
        guide: int = -1,
        hidden: int | None = None,
    ) -> None:
        super().__init__(modalities, width, out_dim, dropout)
        self.guide = guide_place(guide, modalities)
        hidden = width if hidden is None else hidden
        require_positive(hidden=hidden)
        self.turns = [*(m for m in range(modalities) if m != self.guide), self.guide]
        self.first = nn.Sequential(Linear(width, hidden), nn.Tanh(), Linear(hidden, 1, bias=False))  # A(x; 0)
        self.scores = nn.ModuleList(GuidedScores(width, width, hidden) for _ in self.turns)
        self.close = mlp(modalities * width, out_dim, out_dim, dropout)

    def answers(self, features: Sequence[Features]) -> list[Tensor]:
        """Return the attended vectors in the order of ``turns``, (B, D) each."""
        start = features[self.guide]
        leading = attend(start.tokens, start.mask, self.first(start.tokens).squeeze(-1))
        found = []
        for m, score in zip(self.turns, self.scores, strict=True):
            tokens, mask = features[m].tokens, features[m].mask
            leading = attend(tokens, mask, score(tokens, leading).squeeze(-1))
            found.append(leading)
        return found

    def forward(self, features: Sequence[Features]) -> Tensor:
        """Return the fused vectors, (B, out_dim)."""
        fused: Tensor = self.close(torch.cat(self.answers(features), -1))
        return fused
