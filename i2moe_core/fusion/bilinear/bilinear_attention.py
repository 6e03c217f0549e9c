"""Bilinear attention networks: for every glimpse one attention map over all pairs of tokens."""

from collections.abc import Sequence
from typing import ClassVar

import torch
from torch import Tensor, nn

from i2moe_core.fusion.base import Fusion
from i2moe_core.fusion.primitives import guide_place, mlp, require_positive
from i2moe_core.linear import Linear
from i2moe_core.types import Features


class BilinearAttention(Fusion):
    """Attention over all pairs of a guide's and another's tokens, the glimpses added up in turn (BAN).

        A_g = softmax over (i, j) of p_g^T (relu(U x_i) * relu(V y_j))
        b_g = sum_ij A_g,ij relu(U_g f_i) * relu(V_g y_j),  f <- f + P_g b_g;  at first f = x
        z = mlp(mean over i of f_i)

    Reference: Kim, Jun and Zhang, NeurIPS 2018, section 3; x the tokens of ``guide`` (there the question), y
    those of the other (there the picture). The mean is ours (there a sum): texts differ in length. For M > 2:
    f meets the other modalities in turn (ours). P_g b_g is the same for all tokens: U_g x is computed once.
    """

    least: ClassVar[int] = 2

    def __init__(
        self,
        modalities: int,
        width: int,
        out_dim: int,
        dropout: float = 0.0,
        guide: int = -1,
        glimpses: int = 2,
        rank: int | None = None,
    ) -> None:
        super().__init__(modalities, width, out_dim, dropout)
        self.guide, self.glimpses = guide_place(guide, modalities), glimpses
        self.rank = 2 * width if rank is None else rank
        require_positive(glimpses=glimpses, rank=self.rank)
        self.others = [m for m in range(modalities) if m != self.guide]
        maps = 1 + glimpses  # U beside all U_g, V beside all V_g
        self.of_guide = Linear(width, len(self.others) * maps * self.rank)
        self.of_other = nn.ModuleList(Linear(width, maps * self.rank) for _ in self.others)
        self.scores = nn.Parameter(torch.randn(len(self.others), glimpses, self.rank) / self.rank**0.5)
        self.back = nn.ModuleList(Linear(self.rank, width) for _ in range(len(self.others) * glimpses))
        self.close = mlp(width, out_dim, out_dim, dropout)

    def embed(self, place: int, features: Features) -> Tensor:
        """Return all projections of the modality's tokens, (B, T * W)."""
        if place == self.guide:
            projected: Tensor = self.of_guide(features.tokens)
        else:
            projected = self.of_other[self.others.index(place)](features.tokens).relu()
        return projected.flatten(1)

    def forward(self, features: Sequence[Features], embedded: Sequence[Tensor] | None = None) -> Tensor:
        """Return the fused vectors, (B, out_dim); ``embedded``: of all modalities, where already known."""
        known = [self.embed(m, f) for m, f in enumerate(features)] if embedded is None else embedded
        maps, guide = 1 + self.glimpses, features[self.guide]
        asking = known[self.guide].unflatten(1, (guide.mask.shape[1], len(self.others), maps, self.rank))
        shift = torch.zeros_like(guide.pooled)  # f - x, the same for all of the guide's tokens
        for number, m in enumerate(self.others):
            mask = features[m].mask
            asked = known[m].unflatten(1, (mask.shape[1], maps, self.rank))  # (B, T, 1 + G, K)
            pairs = guide.mask.unsqueeze(2) & mask.unsqueeze(1)
            shift = self._meet(number, asking[:, :, number], asked, pairs, shift)
        fused: Tensor = self.close(guide.pooled + shift)
        return fused

    def attention(self, number: int, asking: Tensor, asked: Tensor, pairs: Tensor) -> Tensor:
        """Return the maps (B, G, T, T') of tokens (B, T, K) and (B, T', K); pairs (B, T, T'): real ones."""
        asking = asking.unsqueeze(1) * self.scores[number].unsqueeze(1)  # (B, G, T, K)
        hidden = ~pairs.unsqueeze(1)
        scores = (asking @ asked.transpose(1, 2).unsqueeze(1)).masked_fill(hidden, -1e4)
        return scores.flatten(2).softmax(-1).view_as(scores).masked_fill(hidden, 0.0)

    def _meet(self, number: int, asking: Tensor, asked: Tensor, pairs: Tensor, shift: Tensor) -> Tensor:
        weights = self.of_guide.weight.unflatten(0, (len(self.others), -1, self.rank))[number]
        maps = self.attention(number, asking[:, :, 0].relu(), asked[:, :, 0], pairs)
        for g in range(self.glimpses):
            moved = nn.functional.linear(shift, weights[g + 1]).unsqueeze(1)  # (B, 1, K)
            seen = maps[:, g] @ asked[:, :, g + 1]  # (B, T, K)
            joint = (seen * (asking[:, :, g + 1] + moved).relu()).sum(1)
            shift = shift + self.back[number * self.glimpses + g](joint)
        return shift
