"""Probe heads: p(y | one modality), p(y | all), p(y | a group): read off the encoders, to measure with."""

from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor, nn

from i2moe_core.fusion.attention.cross_attention import CrossAttention
from i2moe_core.fusion.base import Fusion
from i2moe_core.losses.task import prior_logits
from i2moe_core.model.expert import Expert
from i2moe_core.types import Features, Task


class Probes(nn.Module):
    """One head per modality alone, one for all together and one per group of some, each a fusion with a head.

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
        groups: Sequence[tuple[int, ...]] = (),
    ) -> None:
        super().__init__()
        self.task: Task = task
        self.register_buffer("prior", prior.clone(), persistent=False)
        offset = float(prior[0]) if task == "regression" else 0.0

        def head(sees: Sequence[int]) -> Expert:
            return Expert(fusion(len(sees), width, hidden, dropout), len(prior), sees, dropout, offset, scale)

        self.single = nn.ModuleList(head([m]) for m in range(modalities))
        self.joint = head(range(modalities))
        self.groups = nn.ModuleList(head(group) for group in groups)

    def forward(self, features: Sequence[Features], present: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits of each modality alone, (M, B, C), and of all together, (B, C).

        Where a modality is missing its own prediction is the prior; where only one is there, the joint
        prediction is that one's; where none is, the prior.
        """
        base = prior_logits(self.task, self.prior)
        single = torch.stack([head(features) for head in self.single])
        single = torch.where(present.T.unsqueeze(-1), single, base)
        return single, self._together(self.joint(features), single, present)

    def grouped(self, features: Sequence[Features], present: Tensor, single: Tensor) -> Tensor:
        """Return logits of each group, (G, B, C); ``single``: what ``forward`` gave of each alone."""
        said = []
        for module in self.groups:
            head = cast(Expert, module)
            own = list(head.sees)
            said.append(self._together(head(features), single[own], present[:, own]))
        return torch.stack(said) if said else single[:0]

    def _together(self, joint: Tensor, single: Tensor, present: Tensor) -> Tensor:
        """Return a joint prediction (B, C), the lone one's where one is there, the prior where none is."""
        if bool(present.all()):
            return joint
        base = prior_logits(self.task, self.prior)
        count = present.sum(1, keepdim=True)
        lone = (single * present.T.unsqueeze(-1)).sum(0)
        return torch.where(count == 1, lone, torch.where(count == 0, base, joint))
