"""The plain form of attention between modalities: one asks, the others are averaged by their answers."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from i2moe_core.fusion.attention.base import Guided
from i2moe_core.fusion.primitives import GuidedScores, attend, mlp, require_positive
from i2moe_core.types import Features


class Attention(Guided):
    """One modality, the text by default, decides where the others are looked at, once.

        g = Pool(x_guide),  s_mt = w_m^T tanh(W_m x_mt + U_m g),  a_m = sum_t softmax_t(s_mt) x_mt
        z = mlp([a_1; ...; g])

    Reference: Bahdanau, Cho and Bengio, ICLR 2015 (additive scores); Xu et al., ICML 2015 (over the parts of
    a picture). For M > 2: each modality but the guide has scores of its own (ours). The closing network is
    ours.
    """

    def __init__(
        self,
        modalities: int,
        width: int,
        out_dim: int,
        dropout: float = 0.0,
        guide: int = -1,
        glimpses: int = 1,
        hidden: int | None = None,
    ) -> None:
        super().__init__(modalities, width, out_dim, dropout, guide)
        hidden = width if hidden is None else hidden
        require_positive(glimpses=glimpses, hidden=hidden)
        self.scores = nn.ModuleList(GuidedScores(width, width, hidden, glimpses) for _ in self.others)
        self.close = mlp((len(self.others) * glimpses + 1) * width, out_dim, out_dim, dropout)

    def forward(self, features: Sequence[Features]) -> Tensor:
        """Return the fused vectors, (B, out_dim)."""
        guide, asked = self.question(features), self.asked(features)
        seen = [
            attend(f.tokens, f.mask, score(f.tokens, guide)).flatten(1)
            for f, score in zip(asked, self.scores, strict=True)
        ]
        fused: Tensor = self.close(torch.cat([*seen, guide], -1))
        return fused
