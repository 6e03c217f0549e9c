"""Dual attention: a memory that all modalities share steers every look, and gathers what was seen."""

from collections.abc import Sequence
from typing import ClassVar, cast

from torch import Tensor, nn

from i2moe_core.fusion.base import Fusion
from i2moe_core.fusion.bilinear.base import product
from i2moe_core.fusion.primitives import attend, mlp, require_positive
from i2moe_core.linear import Linear
from i2moe_core.types import Features


class DualAttention(Fusion):
    """A memory shared by all modalities steers where each is looked at, and keeps the products (DAN).

        v_m^0 = tanh(P_m^0 mean of x_m),  mem^0 = v_1^0 * ... * v_M^0
        h_mt = tanh(W_mk x_mt) * tanh(U_mk mem^{k-1}),  v_m^k = tanh(P_m^k sum_t softmax_t(w_mk^T h_mt) x_mt)
        mem^k = mem^{k-1} + v_1^k * ... * v_M^k,   z = mlp(mem^K)

    Reference: Nam, Ha and Kim, CVPR 2017, section 3 (r-DAN, K = 2). There only the picture is projected by
    P; here all are, so that none is special. For M > 2: the product of all (ours). The closing network is
    ours.
    """

    least: ClassVar[int] = 2

    def __init__(
        self,
        modalities: int,
        width: int,
        out_dim: int,
        dropout: float = 0.0,
        steps: int = 2,
        hidden: int | None = None,
    ) -> None:
        super().__init__(modalities, width, out_dim, dropout)
        hidden = width if hidden is None else hidden
        require_positive(steps=steps, hidden=hidden)
        self.start = nn.ModuleList(Linear(width, width) for _ in range(modalities))
        self.steps = nn.ModuleList(
            nn.ModuleList(_Look(width, hidden) for _ in range(modalities)) for _ in range(steps)
        )
        self.close = mlp(width, out_dim, out_dim, dropout)

    def remember(self, features: Sequence[Features]) -> Tensor:
        """Return the memory after the last step, (B, D)."""
        memory = product([p(f.pooled).tanh() for p, f in zip(self.start, features, strict=True)])
        for step in self.steps:
            looks = cast(nn.ModuleList, step)
            memory = memory + product([look(f, memory) for look, f in zip(looks, features, strict=True)])
        return memory

    def forward(self, features: Sequence[Features]) -> Tensor:
        """Return the fused vectors, (B, out_dim)."""
        fused: Tensor = self.close(self.remember(features))
        return fused


class _Look(nn.Module):
    """One look at one modality, steered by the memory."""

    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.of_token, self.of_memory = Linear(width, hidden), Linear(width, hidden)
        self.score = Linear(hidden, 1, bias=False)
        self.project = Linear(width, width)

    def forward(self, features: Features, memory: Tensor) -> Tensor:
        """Return what is seen, (B, D)."""
        joint = self.of_token(features.tokens).tanh() * self.of_memory(memory).tanh().unsqueeze(1)
        seen: Tensor = self.project(attend(features.tokens, features.mask, self.score(joint).squeeze(-1)))
        return seen.tanh()
