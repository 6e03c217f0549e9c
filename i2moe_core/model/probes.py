"""Probe heads: p(y | one modality) and p(y | all), read off the encoders; what `faithful` measures with."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from i2moe_core.fusion.attention.cross_attention import CrossAttention
from i2moe_core.fusion.base import Fusion
from i2moe_core.losses.task import evidence, prior_logits
from i2moe_core.measures.pid.pointwise import decompose
from i2moe_core.model.expert import Expert
from i2moe_core.types import Features, Task


class Probes(nn.Module):
    """One head per modality alone and one for all together, each a fusion with a head.

    Their fusion is chosen apart from the experts': the instrument stays the same while backbones change.
    """

    prior: Tensor

    def __init__(
        self,
        modalities: int,
        width: int,
        hidden: int,
        dropout: float,
        task: Task,
        prior: Tensor,
        scale: float = 1.0,
        fusion: type[Fusion] = CrossAttention,
    ) -> None:
        super().__init__()
        self.task: Task = task
        self.register_buffer("prior", prior.clone(), persistent=False)
        offset = float(prior[0]) if task == "regression" else 0.0

        def head(sees: Sequence[int]) -> Expert:
            return Expert(fusion(len(sees), width, hidden, dropout), len(prior), sees, dropout, offset, scale)

        self.single = nn.ModuleList(head([m]) for m in range(modalities))
        self.joint = head(range(modalities))

    def forward(self, features: Sequence[Features], present: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits of each modality alone, (M, B, C), and of all together, (B, C).

        Where a modality is missing its own prediction is the prior; where only one is there, the joint
        prediction is that one's; where none is, the prior.
        """
        base = prior_logits(self.task, self.prior)
        single = torch.stack([head(features) for head in self.single])
        single = torch.where(present.T.unsqueeze(-1), single, base)
        joint = self.joint(features)
        if bool(present.all()):
            return single, joint
        count = present.sum(1, keepdim=True)
        lone = (single * present.T.unsqueeze(-1)).sum(0)
        joint = torch.where(count == 1, lone, torch.where(count == 0, base, joint))
        return single, joint

    def components(self, single: Tensor, joint: Tensor, smoothing: float = 0.01) -> Tensor:
        """Return the pointwise decomposition of the probes' evidence, (M + 2, B, C)."""
        return decompose(
            evidence(self.task, single, self.prior, smoothing),
            evidence(self.task, joint, self.prior, smoothing),
        )
