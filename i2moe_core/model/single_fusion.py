"""The vanilla model: the same encoders, one fusion, one head; what the mixture is compared with."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from i2moe_core.encoders import Encoder
from i2moe_core.model.encode import encode
from i2moe_core.model.expert import Expert
from i2moe_core.model.replace import Missing
from i2moe_core.types import Batch, Features, MoEOutput, Task


class SingleFusion(nn.Module):
    """Encode, fuse, head. It answers in the mixture's shapes, with a single expert of weight 1."""

    prior: Tensor

    def __init__(
        self, task: Task, encoders: Mapping[str, Encoder], expert: Expert, missing: Missing, prior: Tensor
    ) -> None:
        super().__init__()
        self.task: Task = task
        self.modalities = tuple(encoders)
        self.encoders = nn.ModuleDict(encoders)
        self.expert, self.missing = expert, missing
        self.register_buffer("prior", prior.clone())

    def forward(self, batch: Batch) -> MoEOutput:
        """Return logits (B, C) with weights of ones, (B, 1), and expert logits (1, 1, B, C)."""
        return self.mix(self.encode(batch))

    def encode(self, batch: Batch) -> list[Features]:
        """Encode each modality once; absent ones are replaced by their learned vector."""
        return encode(self.encoders, self.missing, batch)

    def mix(self, features: list[Features]) -> MoEOutput:
        """Fuse the features and answer."""
        logits = self.expert(features)
        return MoEOutput(logits, torch.ones_like(logits[:, :1]), logits[None, None])
