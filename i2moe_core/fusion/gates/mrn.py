"""Multimodal residual networks: what one modality says is refined by products with the others."""

from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor, nn

from i2moe_core.fusion.attention.base import Guided
from i2moe_core.fusion.primitives import mlp, require_positive
from i2moe_core.linear import Linear
from i2moe_core.types import Features


class MRN(Guided):
    """Add to one modality, step by step, its products with the others (multimodal residual network).

        H_0 = Pool(x_guide),   v_ml = tanh(B_ml tanh(A_ml x_m))
        H_l = S_l H_{l-1} + sum over m of tanh(Q_ml H_{l-1}) * v_ml,   z = mlp(H_L)

    Reference: Kim et al., NeurIPS 2016; L = 3 there and here. For M > 2: one product for each modality but
    the guide, added (ours). The closing network is ours.
    """

    def __init__(
        self,
        modalities: int,
        width: int,
        out_dim: int,
        dropout: float = 0.0,
        guide: int = -1,
        blocks: int = 3,
    ) -> None:
        super().__init__(modalities, width, out_dim, dropout, guide)
        require_positive(blocks=blocks)
        others = len(self.others)
        self.looks = nn.ModuleList(
            nn.ModuleList(
                nn.Sequential(Linear(width, width), nn.Tanh(), Linear(width, width), nn.Tanh())
                for _ in range(blocks)
            )
            for _ in self.others
        )
        self.shortcuts = nn.ModuleList(Linear(width, width, bias=False) for _ in range(blocks))
        self.asks = nn.ModuleList(Linear(width, others * width) for _ in range(blocks))
        self.close = mlp(width, out_dim, out_dim, dropout)

    def embed(self, place: int, features: Features) -> Tensor:
        """Return the guide's H_0, (B, D), or what all steps see of another modality, (B, L * D)."""
        if place == self.guide:
            question: Tensor = self.pool(features.tokens, features.mask)
            return question
        looks = cast(nn.ModuleList, self.looks[self.others.index(place)])
        return torch.cat([look(features.pooled) for look in looks], -1)

    def refine(self, embedded: Sequence[Tensor]) -> Tensor:
        """Return the guide after the last step, H_L, (B, D)."""
        state = embedded[self.guide]
        seen = torch.stack([embedded[m] for m in self.others], 1)  # (B, M - 1, L * D)
        views = seen.chunk(len(self.asks), -1)
        for shortcut, ask, view in zip(self.shortcuts, self.asks, views, strict=True):
            asked = ask(state).tanh().unflatten(-1, view.shape[1:])
            state = shortcut(state) + (asked * view).sum(1)
        return state

    def forward(self, features: Sequence[Features], embedded: Sequence[Tensor] | None = None) -> Tensor:
        """Return the fused vectors, (B, out_dim); ``embedded``: of all modalities, where already known."""
        own = [self.embed(m, f) for m, f in enumerate(features)] if embedded is None else embedded
        fused: Tensor = self.close(self.refine(own))
        return fused
