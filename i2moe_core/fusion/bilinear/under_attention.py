"""Any bilinear fusion under attention: tokens are scored, and what they give is joined, by the same products.

One class for all; ``under_attention`` makes an entry of the table by setting its kind and description.
"""

from collections.abc import Sequence
from typing import Any, ClassVar, cast

from torch import Tensor, nn

from i2moe_core.fusion.base import Fusion
from i2moe_core.fusion.bilinear.base import Bilinear
from i2moe_core.fusion.primitives import AttentionPool, attend, guide_place, require_positive
from i2moe_core.linear import Linear
from i2moe_core.types import Features


class UnderAttention(Fusion):
    """Tokens scored against a guide by products, averaged by score, joined with the guide likewise.

        g = Pool(x_guide),   s_mt = S_m fuse_m(x_mt, g)  for each other m, token t and glimpse
        a_m = W_m [sum_t softmax_t(s_mt1) x_mt; ...; sum_t softmax_t(s_mtG) x_mt]
        z = fuse(a_1, ..., g, ..., a_M)

    with each fuse a whole fusion of its own kind. Reference: Fukui et al., EMNLP 2016 (MCB with attention),
    Kim et al., ICLR 2017 (MLB with attention, G glimpses), Yu et al., ICCV 2017 (MFB with co-attention, where
    the guide is pooled by attention too). They put the glimpses side by side; W_m, back to one token's width,
    is ours: fuse joins vectors of one width. For M > 2: each modality but the guide is attended (ours). The
    other options go to the fusions.
    """

    least: ClassVar[int] = 2
    kind: ClassVar[type[Bilinear]]

    def __init__(
        self,
        modalities: int,
        width: int,
        out_dim: int,
        dropout: float = 0.0,
        guide: int = -1,
        glimpses: int = 2,
        **options: Any,
    ) -> None:
        super().__init__(modalities, width, out_dim, dropout)
        require_positive(glimpses=glimpses)
        self.guide = guide_place(guide, modalities)
        self.others = [m for m in range(modalities) if m != self.guide]
        self.pool = AttentionPool(width)
        self.pairs = nn.ModuleList(self.kind(2, width, width, dropout, **options) for _ in self.others)
        self.scores = nn.ModuleList(Linear(width, glimpses, bias=False) for _ in self.others)
        self.merge = nn.ModuleList(Linear(glimpses * width, width) for _ in self.others)
        self.joint = self.kind(modalities, width, out_dim, dropout, **options)

    def embed(self, place: int, features: Features) -> Tensor:
        """Return the guide's pool, (B, D), or another's projected tokens, (B, T * W)."""
        if place == self.guide:
            pooled: Tensor = self.pool(features.tokens, features.mask)
            return pooled
        return self._pair(self.others.index(place)).project(0, features.tokens).flatten(1)

    def forward(self, features: Sequence[Features], embedded: Sequence[Tensor] | None = None) -> Tensor:
        """Return the fused vectors, (B, out_dim); ``embedded``: of all modalities, where already known."""
        known = [self.embed(m, f) for m, f in enumerate(features)] if embedded is None else embedded
        vectors = list(known)
        for number, m in enumerate(self.others):
            vectors[m] = self.attended(number, features[m], known[m], known[self.guide])
        return self.joint.fuse([self.joint.project(m, v) for m, v in enumerate(vectors)])

    def attended(self, number: int, features: Features, projected: Tensor, guide: Tensor) -> Tensor:
        """Return what the guide (B, D) picks of one modality, (B, D); projected: its tokens, (B, T * W)."""
        pair = self._pair(number)
        tokens = projected.unflatten(1, (features.mask.shape[1], -1))
        fused = pair.fuse([tokens, pair.project(1, guide).unsqueeze(1)])  # (B, T, D)
        glimpses = attend(features.tokens, features.mask, self.scores[number](fused))
        merged: Tensor = self.merge[number](glimpses.flatten(1))
        return merged

    def _pair(self, number: int) -> Bilinear:
        return cast(Bilinear, self.pairs[number])


def under_attention(kind: type[Bilinear]) -> type[UnderAttention]:
    """Return the class of one kind of bilinear fusion under attention, described in its first line."""
    line = f"Tokens picked by a guide, scored and joined by {kind.phrase}."
    body = (UnderAttention.__doc__ or "").partition("\n")[2]
    return type(
        f"{kind.__name__}UnderAttention", (UnderAttention,), {"kind": kind, "__doc__": f"{line}\n{body}"}
    )
