"""What ``ogm_ge`` and ``weak_boost`` share: who is ahead, and a factor on each encoder's gradient."""

from typing import ClassVar

import torch
from torch import Tensor

from i2moe_core.config import TrainingConfig
from i2moe_core.data.batching import TensorData
from i2moe_core.losses.modulation import confidence, discrepancy
from i2moe_core.model.build import Model
from i2moe_core.training.methods.base import Method
from i2moe_core.training.methods.heads import ModalityHeads, detached
from i2moe_core.training.methods.options import refuse_negative
from i2moe_core.training.recipes.base import Losses, Phase
from i2moe_core.types import Batch, Features

MEMORY = 0.95  # share of the old value in the coefficients that the history shows


class Modulation(Method):
    """Factors on the encoders' gradients by how far each modality is ahead of the others."""

    name: ClassVar[str]
    average: Tensor

    def __init__(self, alpha: float = 0.5) -> None:
        super().__init__()
        refuse_negative(self.name, alpha=alpha)
        self.alpha = alpha

    def prepare(self, model: Model, data: TensorData, settings: TrainingConfig) -> None:
        """Build a head per modality."""
        self.heads, self.modalities = ModalityHeads(model, data), model.modalities
        self.register_buffer("average", torch.ones(len(model.modalities)))

    def coefficients(self, ratios: Tensor) -> Tensor:
        """Return the factor of each modality, (M,), given its score over the others' mean."""
        raise NotImplementedError

    def change(self, gradient: Tensor, factor: Tensor) -> Tensor:
        """Return one parameter's gradient changed."""
        return factor * gradient

    def add_losses(self, model: Model, phase: Phase, features: list[Features], batch: Batch) -> Losses:
        """Return the heads' own loss; it reaches nothing but the heads."""
        if not phase.trains_encoders:
            return {}
        losses = self.heads.losses(self.heads(detached(features)), batch)
        return {f"{self.name}:heads": self.heads.means(losses, batch).sum()}

    @torch.no_grad()
    def after_backward(self, model: Model, phase: Phase, features: list[Features], batch: Batch) -> None:
        """Change the gradients of every encoder."""
        if not phase.trains_encoders:
            return
        losses = self.heads.losses(self.heads(features), batch)
        factors = self.coefficients(discrepancy(confidence(losses, batch.present)))
        self.average.lerp_(factors, 1 - MEMORY)
        for name, factor in zip(self.modalities, factors, strict=True):
            for weight in model.encoders[name].parameters():
                if weight.grad is not None:
                    weight.grad = self.change(weight.grad, factor)

    def figures(self) -> dict[str, float]:
        """Return the running mean of each modality's factor."""
        return dict(zip(self.modalities, self.average.tolist(), strict=True))

    def learning(self, phase: Phase) -> list[Tensor]:
        """Return the heads' weights while the encoders learn."""
        return super().learning(phase) if phase.trains_encoders else []
