"""What each modality says alone: one linear head each on the pooled vectors, whatever the fusion is."""

from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor, nn

from i2moe_core.data.batching import TensorData
from i2moe_core.encoders import Encoder
from i2moe_core.losses.reduce import mean_where
from i2moe_core.losses.task import task_loss
from i2moe_core.model.build import Model
from i2moe_core.training.info import target_scale
from i2moe_core.training.recipes.base import targets_of
from i2moe_core.types import Batch, Features, Task


class ModalityHeads(nn.Module):
    """M linear heads, pooled (B, D) to logits (B, C), of a model trained on these data."""

    def __init__(self, model: Model, data: TensorData) -> None:
        super().__init__()
        self.task: Task = model.task
        self.scale = target_scale(data)
        self.offset = float(model.prior[0]) if model.task == "regression" else 0.0
        classes = len(data.samples.classes)
        self.heads = nn.ModuleList(nn.Linear(width, classes) for width in widths(model))

    def forward(self, features: Sequence[Features]) -> Tensor:
        """Return each modality's own logits, (M, B, C)."""
        # Features made under autocast are also read outside of it.
        kind = next(self.parameters()).dtype
        said = [head(f.pooled.to(kind)) for head, f in zip(self.heads, features, strict=True)]
        return self.offset + self.scale * torch.stack(said).to(kind)

    def losses(self, logits: Tensor, batch: Batch) -> Tensor:
        """Return the task's loss of each head and sample, (M, B), of logits (M, B, C)."""
        targets = targets_of(batch)
        return torch.stack([task_loss(self.task, one, targets, self.scale) for one in logits])

    def means(self, losses: Tensor, batch: Batch) -> Tensor:
        """Return each head's mean loss over the samples that have its modality, (M,)."""
        pairs = zip(losses, batch.present.T, strict=True)
        return torch.stack([mean_where(loss, there) for loss, there in pairs])


def widths(model: Model) -> list[int]:
    """Return the width D of each modality's features."""
    return [cast(Encoder, model.encoders[name]).width for name in model.modalities]


def detached(features: Sequence[Features]) -> list[Features]:
    """Return the features cut off from the encoders."""
    return [f.detach() for f in features]
