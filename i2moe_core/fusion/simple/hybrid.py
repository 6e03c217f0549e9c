"""Feature level and decision level at once."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from i2moe_core.fusion.base import Fusion
from i2moe_core.fusion.simple.concat import Concat
from i2moe_core.fusion.simple.decision import Decision
from i2moe_core.types import Features


class Hybrid(Fusion):
    """Fuse at the feature level and at the decision level, and average both by a learned weight.

        z = s mlp([x_1; ...; x_M]) + (1 - s) sum_m w_m mlp_m(x_m),   s = sigmoid(a)

    The first part is ``concat``, which can make products; the second is ``decision``, which cannot.
    """

    reads_tokens = False

    def __init__(self, modalities: int, width: int, out_dim: int, dropout: float = 0.0) -> None:
        super().__init__(modalities, width, out_dim, dropout)
        self.by_features = Concat(modalities, width, out_dim, dropout)
        self.by_decisions = Decision(modalities, width, out_dim, dropout)
        self.score = nn.Parameter(torch.zeros(()))

    def share(self) -> Tensor:
        """Return the feature level's share s, a scalar."""
        return self.score.sigmoid()

    def forward(self, features: Sequence[Features]) -> Tensor:
        """Return the fused vectors, (B, out_dim)."""
        share = self.share()
        fused: Tensor = share * self.by_features(features) + (1 - share) * self.by_decisions(features)
        return fused
