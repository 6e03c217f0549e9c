"""Feature-wise linear modulation: one modality scales and shifts what is made of the others."""

from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor, nn

from i2moe_core.fusion.attention.base import Guided
from i2moe_core.fusion.primitives import mlp, require_positive
from i2moe_core.linear import Linear
from i2moe_core.types import Features


class FiLM(Guided):
    """Let one modality scale and shift the features of the others' tokens (FiLM).

        [g_ml; b_ml] = C_ml Pool(x_guide),   h = relu(A_ml x_m),   l = 1..L
        x_m <- h + relu((1 + g_ml) norm(B_ml h) + b_ml)
        z = mlp([max over tokens of x_m for every m but the guide])

    Reference: Perez et al., AAAI 2018, equations 1 and 2; four blocks there (option ``blocks``). Ours: linear
    maps of each token in place of convolutions, the norm over a token's own features in place of its batch
    norm, so that samples stay independent. For M > 2: blocks of its own for each modality but the guide.
    """

    def __init__(
        self,
        modalities: int,
        width: int,
        out_dim: int,
        dropout: float = 0.0,
        guide: int = -1,
        blocks: int = 2,
    ) -> None:
        super().__init__(modalities, width, out_dim, dropout, guide)
        require_positive(blocks=blocks)
        self.stacks = nn.ModuleList(
            nn.ModuleList(Modulated(width) for _ in range(blocks)) for _ in self.others
        )
        self.close = mlp(len(self.others) * width, out_dim, out_dim, dropout)

    def modulate(self, features: Sequence[Features]) -> Tensor:
        """Return each feature's maximum over the tokens, for all modalities but the guide, (B, (M - 1) D)."""
        guide, greatest = self.question(features), []
        for stack, f in zip(self.stacks, self.asked(features), strict=True):
            x = f.tokens
            for block in cast(nn.ModuleList, stack):
                x = block(x, guide)
            # A block's features are 0 or more, so padding at 0 is never greater than a token.
            greatest.append((x * f.mask.unsqueeze(-1).to(x.dtype)).amax(1))
        return torch.cat(greatest, -1)

    def forward(self, features: Sequence[Features]) -> Tensor:
        """Return the fused vectors, (B, out_dim)."""
        fused: Tensor = self.close(self.modulate(features))
        return fused


class Modulated(nn.Module):
    """One residual block whose features a guide scales and shifts; what it returns is 0 or more."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.enter = Linear(width, width)
        self.inner = Linear(width, width)
        self.norm = nn.LayerNorm(width, elementwise_affine=False)
        self.of_guide = Linear(width, 2 * width)

    def forward(self, tokens: Tensor, guide: Tensor) -> Tensor:
        """Change tokens (B, T, D) under a guide (B, D)."""
        scale, shift = self.of_guide(guide).unsqueeze(1).chunk(2, -1)
        hidden = self.enter(tokens).relu()
        return hidden + ((1 + scale) * self.norm(self.inner(hidden)) + shift).relu()
