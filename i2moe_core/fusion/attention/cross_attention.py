"""Each modality's tokens are pooled twice: by themselves, and as asked for by the other modalities."""

from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor, nn

from i2moe_core.fusion.base import Fusion
from i2moe_core.fusion.primitives import AttentionPool, mlp
from i2moe_core.types import Features


class CrossAttention(Fusion):
    """Attention pooling of each modality, alone and with the others as the query, closed by a network.

        p_m = Pool_m(x_m),  c_m = mean of p_j over j != m,  a_m = Pool'_m(x_m | c_m)
        z = mlp([p_1..p_M; a_1..a_M; a_1 c_1..a_M c_M])

    With one modality: z = mlp([p_1; mean of x_1]).
    """

    def __init__(self, modalities: int, width: int, out_dim: int, dropout: float = 0.0) -> None:
        super().__init__(modalities, width, out_dim, dropout)
        self.pools = nn.ModuleList(AttentionPool(width) for _ in range(modalities))
        asked = modalities if modalities > 1 else 0
        self.asked = nn.ModuleList(AttentionPool(width, conditioned=True) for _ in range(asked))
        parts = 3 * modalities if asked else 2
        self.close = mlp(parts * width, out_dim, out_dim, dropout)

    def embed(self, place: int, features: Features) -> Tensor:
        """Return the modality's pool by itself, (B, D)."""
        pooled: Tensor = self.pools[place](features.tokens, features.mask)
        return pooled

    def forward(self, features: Sequence[Features], embedded: Sequence[Tensor] | None = None) -> Tensor:
        """Return the fused vectors, (B, out_dim); ``embedded``: of all modalities, where already known."""
        own = [self.embed(m, f) for m, f in enumerate(features)] if embedded is None else list(embedded)
        if not self.asked:
            return self.close(torch.cat([own[0], features[0].pooled], -1))
        contexts = self._contexts(own)
        answers = [
            pool(f.tokens, f.mask, c) for pool, f, c in zip(self.asked, features, contexts, strict=True)
        ]
        products = [a * c for a, c in zip(answers, contexts, strict=True)]
        return self.close(torch.cat([*own, *answers, *products], -1))

    def alignment_scores(self, features: Sequence[Features], modality: int) -> Tensor:
        """Return (B, B): how well some token of sample j's ``modality`` answers sample i's other modalities.

        Log-sum-exp over j's tokens of the very scores by which the fusion attends.
        """
        own = [pool(f.tokens, f.mask) for pool, f in zip(self.pools, features, strict=True)]
        query = self.asking_query(self._contexts(own)[modality], modality)
        return self.answer_scores(query, features[modality])

    def asking_query(self, context: Tensor, modality: int) -> Tensor:
        """Return what the tokens of ``modality`` are scored by, (B, D), for the others' pools (B, D)."""
        return cast(AttentionPool, self.asked[modality]).folded_query(context)

    @staticmethod
    def answer_scores(query: Tensor, features: Features) -> Tensor:
        """Return (Q, B): how well some token of sample j answers query i, for queries (Q, D)."""
        scores = torch.einsum("id,jtd->ijt", query, features.tokens)
        return scores.masked_fill(~features.mask, -1e4).logsumexp(-1)

    def _contexts(self, own: Sequence[Tensor]) -> list[Tensor]:
        total = torch.stack(list(own)).sum(0)
        return [(total - vector) / (self.modalities - 1) for vector in own]
