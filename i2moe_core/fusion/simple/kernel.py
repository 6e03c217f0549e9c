"""Multiple-kernel learning without a kernel matrix: random cosines whose products are the kernels' values."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from i2moe_core.fusion.base import Fusion
from i2moe_core.fusion.primitives import Dropout, require_above_zero, require_positive
from i2moe_core.linear import Linear
from i2moe_core.types import Features


class Kernel(Fusion):
    """Weigh Gaussian kernels of each modality and of all together (multiple-kernel learning).

        p_m = norm(P_m x_m),   k(x, y) = sum_i w_i exp(-|p_i - q_i|^2 / (2 s_i^2 rank)),   w = softmax(a)
        phi_i = sqrt(w_i I) sqrt(2) cos(Omega_i p_i + b_i),   z = W [phi_1; ...; phi_I] + c

    I kernels: for each bandwidth s one of each modality's p_m and one of [p_1; ...; p_M], which is the
    product of the modalities' kernels: it makes products representable. The dot product of two samples'
    features is I * count times k in expectation over Omega, b: drawn once from ``seed``, saved.

    Reference: Gönen & Alpaydın, JMLR 2011 (convex sums of kernels); Rahimi & Recht, NeurIPS 2007 (features).
    Learning the weights, the projections P_m and the linear map by gradient, with the encoders, is ours.
    """

    reads_tokens = False
    frequencies: Tensor
    phases: Tensor

    def __init__(
        self,
        modalities: int,
        width: int,
        out_dim: int,
        dropout: float = 0.0,
        rank: int = 16,
        count: int = 64,
        bandwidths: Sequence[float] = (0.5, 1.0, 2.0),
        seed: int = 0,
    ) -> None:
        super().__init__(modalities, width, out_dim, dropout)
        require_positive(rank=rank, count=count, bandwidths=len(bandwidths))
        require_above_zero(**{f"bandwidths[{i}]": s for i, s in enumerate(bandwidths)})
        self.count = count
        frequencies, phases = draw_cosines(modalities, rank, count, bandwidths, seed)
        self.register_buffer("frequencies", frequencies)
        self.register_buffer("phases", phases)
        self.scores = nn.Parameter(torch.zeros(len(phases) // count))
        self.projections = nn.ModuleList(Linear(width, rank) for _ in range(modalities))
        self.norm = nn.LayerNorm(rank, elementwise_affine=False)
        self.drop = Dropout(dropout)
        self.close = Linear(len(phases), out_dim)

    def weights(self) -> Tensor:
        """Return each kernel's weight, (I,), bandwidth by bandwidth, the joined one last; they sum to 1."""
        return self.scores.softmax(0)

    def embed(self, place: int, features: Features) -> Tensor:
        """Return the modality's projection p_m, (B, rank)."""
        projected: Tensor = self.norm(self.projections[place](features.pooled))
        return projected

    def cosines(self, projected: Sequence[Tensor]) -> Tensor:
        """Return the weighted random features of all projections, (B, I * count)."""
        angles = torch.cat(list(projected), -1) @ self.frequencies.T + self.phases
        scale = (2 * len(self.scores) * self.weights()).sqrt().repeat_interleave(self.count)
        return scale * angles.cos()

    def forward(self, features: Sequence[Features], embedded: Sequence[Tensor] | None = None) -> Tensor:
        """Return the fused vectors, (B, out_dim); ``embedded``: of all modalities, where already known."""
        own = [self.embed(m, f) for m, f in enumerate(features)] if embedded is None else embedded
        fused: Tensor = self.close(self.drop(self.cosines(own)))
        return fused


def draw_cosines(
    modalities: int, rank: int, count: int, bandwidths: Sequence[float], seed: int
) -> tuple[Tensor, Tensor]:
    """Return frequencies (I * count, M * rank), 0 outside a kernel's own modality, and phases (I * count)."""
    generator = torch.Generator().manual_seed(seed)
    seen = torch.eye(modalities)
    seen = seen if modalities == 1 else torch.cat([seen, torch.ones(1, modalities)])  # (kernels, M)
    blocks = seen.repeat_interleave(count, 0).repeat_interleave(rank, 1)
    drawn = [torch.randn(blocks.shape, generator=generator) / (s * math.sqrt(rank)) for s in bandwidths]
    frequencies = torch.cat([blocks * omega for omega in drawn])
    return frequencies, 2 * math.pi * torch.rand(len(frequencies), generator=generator)
