"""Late fusion by majority: each modality has one vote."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from i2moe_core.fusion.base import Fusion
from i2moe_core.fusion.primitives import mlp, require_above_zero
from i2moe_core.types import Features


class DecisionVote(Fusion):
    """Give each modality one vote over common candidates and count the votes (late fusion, soft majority).

        v_m = softmax(net_m(x_m) / temperature),   z = sqrt(K) mean over m of v_m,   K = out_dim

    No modality has more than one vote, however sure it is. A vote cast by argmax has no gradient: the softmax
    stands in for it and becomes it as the temperature falls. The candidates are K hidden answers, not the
    classes, which a fusion does not know; the linear head says what each stands for, so the logits are the
    mean of each modality's own. sqrt(K) makes a unanimous vote as long as other fusions' vectors. The logits
    are a sum over modalities: no synergy (vectors:xor) can be learned.
    """

    reads_tokens = False

    def __init__(
        self, modalities: int, width: int, out_dim: int, dropout: float = 0.0, temperature: float = 1.0
    ) -> None:
        super().__init__(modalities, width, out_dim, dropout)
        require_above_zero(temperature=temperature)
        self.temperature = temperature
        # Without the network's last ReLU: a vote may also speak against a candidate.
        self.voters = nn.ModuleList(mlp(width, out_dim, out_dim, dropout)[:-1] for _ in range(modalities))

    def votes(self, features: Sequence[Features]) -> Tensor:
        """Return each modality's vote, (M, B, K); over the candidates they sum to 1."""
        raw = torch.stack([vote(f.pooled) for vote, f in zip(self.voters, features, strict=True)])
        return (raw / self.temperature).softmax(-1)

    def forward(self, features: Sequence[Features]) -> Tensor:
        """Return the counted votes, (B, out_dim)."""
        return math.sqrt(self.out_dim) * self.votes(features).mean(0)
