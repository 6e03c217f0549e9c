"""Stacked latent attention: beside what is seen, the tokens' hidden states go on from look to look."""

from collections.abc import Iterable, Sequence
from typing import ClassVar, cast

import torch
from torch import Tensor, nn

from i2moe_core.fusion.base import Fusion
from i2moe_core.fusion.primitives import attend, mlp, require_positive
from i2moe_core.linear import Linear
from i2moe_core.types import Features


class StackedLatentAttention(Fusion):
    """Several looks in a row at each modality; every token hands its hidden state to the next look (SLA).

        s_mt^0 = x_mt,  c_m^0 = mean over j != m of the pooled x_j
        s_mt^k = relu(W_mk [s_mt^{k-1}; c_m^{k-1}]),  c_m^k = sum_t softmax_t(w_mk^T s_mt^k) s_mt^k
        z = mlp([c_m^k for all m and k >= 1])

    Reference: Fan and Zhou, CVPR 2018: the latent states are kept where stacked attention throws them away,
    and one stream runs for each modality (its "twin stream"). Ours: what a stream starts from, that the
    latents are what is averaged, and that the network at the end reads every look. Any M >= 2.
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
        sizes = [width, *([hidden] * (steps - 1))]
        self.streams = nn.ModuleList(
            nn.ModuleList(_Look(size, hidden) for size in sizes) for _ in range(modalities)
        )
        self.close = mlp(modalities * steps * hidden, out_dim, out_dim, dropout)

    def forward(self, features: Sequence[Features]) -> Tensor:
        """Return the fused vectors, (B, out_dim)."""
        total = torch.stack([f.pooled for f in features]).sum(0)
        seen: list[Tensor] = []
        for f, stream in zip(features, self.streams, strict=True):
            latents, content = f.tokens, (total - f.pooled) / (self.modalities - 1)
            for look in cast(Iterable[_Look], stream):
                latents = look.latents(latents, content)
                content = attend(latents, f.mask, look.score(latents).squeeze(-1))
                seen.append(content)
        fused: Tensor = self.close(torch.cat(seen, -1))
        return fused


class _Look(nn.Module):
    """One look: from the latents (B, T, K) and content (B, K) before it to its own latents."""

    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.of_latent, self.of_content = Linear(width, hidden), Linear(width, hidden, bias=False)
        self.score = Linear(hidden, 1, bias=False)

    def latents(self, before: Tensor, content: Tensor) -> Tensor:
        """Return the tokens' hidden states, (B, T, hidden)."""
        # The content is the same for all tokens: its half of W is applied once.
        mixed: Tensor = self.of_latent(before) + self.of_content(content).unsqueeze(1)
        return mixed.relu()
