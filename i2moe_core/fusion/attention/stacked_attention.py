"""Stacked attention: what was seen is added to the question, which then looks again."""

from collections.abc import Sequence
from typing import cast

from torch import Tensor, nn

from i2moe_core.fusion.attention.base import Guided
from i2moe_core.fusion.primitives import GuidedScores, attend, mlp, require_positive
from i2moe_core.types import Features


class StackedAttention(Guided):
    """One modality looks at the others several times, each answer added to its question (SAN).

        u^0 = Pool(x_guide),  p_m^k = softmax_t(w_mk^T tanh(W_mk x_mt + U_mk u^{k-1} + b_mk))
        u^k = u^{k-1} + sum over m of sum_t p_mt^k x_mt,   z = mlp(u^K)

    Reference: Yang et al., CVPR 2016, section 3.3 (K = 2). Its projection of the picture's features to the
    question's width is left to the encoders. For M > 2: the answers of all modalities but the guide are
    added (ours). The closing network is ours.
    """

    def __init__(
        self,
        modalities: int,
        width: int,
        out_dim: int,
        dropout: float = 0.0,
        guide: int = -1,
        steps: int = 2,
        hidden: int | None = None,
    ) -> None:
        super().__init__(modalities, width, out_dim, dropout, guide)
        hidden = width if hidden is None else hidden
        require_positive(steps=steps, hidden=hidden)
        self.steps = nn.ModuleList(
            nn.ModuleList(GuidedScores(width, width, hidden) for _ in self.others) for _ in range(steps)
        )
        self.close = mlp(width, out_dim, out_dim, dropout)

    def refine(self, features: Sequence[Features]) -> Tensor:
        """Return the question after the last step, u^K, (B, D)."""
        asking, asked = self.question(features), self.asked(features)
        for step in self.steps:
            seen = [
                attend(f.tokens, f.mask, score(f.tokens, asking).squeeze(-1))
                for f, score in zip(asked, cast(nn.ModuleList, step), strict=True)
            ]
            asking = asking + sum(seen)
        return asking

    def forward(self, features: Sequence[Features]) -> Tensor:
        """Return the fused vectors, (B, out_dim)."""
        fused: Tensor = self.close(self.refine(features))
        return fused
