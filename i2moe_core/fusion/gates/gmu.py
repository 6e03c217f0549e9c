"""The gated multimodal unit: all modalities together decide how much of each one passes."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from i2moe_core.fusion.base import Fusion
from i2moe_core.linear import Linear
from i2moe_core.types import Features


class GMU(Fusion):
    """Let all modalities decide, feature by feature, how much of each one passes (gated multimodal unit).

        h_m = tanh(W_m x_m)
        M = 2:      g = sigmoid(U [x_1; x_2]),               z = g h_1 + (1 - g) h_2
        otherwise:  g_m = sigmoid(U_m [x_1; ...; x_M]),      z = sum_m g_m h_m

    Reference: Arevalo et al., ICLR 2017 workshop (both forms). With ``tied=False`` two modalities have a gate
    each, too. The biases are ours. No closing network: the gates themselves make the products.
    """

    reads_tokens = False

    def __init__(
        self, modalities: int, width: int, out_dim: int, dropout: float = 0.0, tied: bool = True
    ) -> None:
        super().__init__(modalities, width, out_dim, dropout)
        self.tied = tied and modalities == 2
        gates = 1 if self.tied else modalities
        # Both matrices of a modality in one: W_m, then its columns of every gate's U.
        self.projections = nn.ModuleList(Linear(width, (1 + gates) * out_dim) for _ in range(modalities))

    def embed(self, place: int, features: Features) -> Tensor:
        """Return W_m x_m and the modality's part of every gate, (B, (1 + gates) * out_dim)."""
        projected: Tensor = self.projections[place](features.pooled)
        return projected

    def gates(self, projected: Tensor) -> Tensor:
        """Return how much of each modality passes, (B, M, out_dim), given (B, M, 1 + gates, out_dim)."""
        gates = projected[:, :, 1:].sum(1).sigmoid()
        return torch.cat([gates, 1 - gates], 1) if self.tied else gates

    def forward(self, features: Sequence[Features], embedded: Sequence[Tensor] | None = None) -> Tensor:
        """Return the fused vectors, (B, out_dim); ``embedded``: of all modalities, where already known."""
        own = [self.embed(m, f) for m, f in enumerate(features)] if embedded is None else list(embedded)
        projected = torch.stack(own, 1).unflatten(-1, (-1, self.out_dim))
        return (self.gates(projected) * projected[:, :, 0].tanh()).sum(1)
