"""The baseline: one fusion, the task's loss alone."""

import torch

from i2moe_core.losses.task import task_loss
from i2moe_core.model.build import Model
from i2moe_core.training.recipes.base import Losses, Phase, Recipe, targets_of
from i2moe_core.types import Batch, Features


class Vanilla(Recipe):
    """The same encoders with one fusion and the task's loss alone: what the mixture is compared with."""

    mixture = False

    def phases(self) -> tuple[Phase, ...]:
        """Return the one phase."""
        return (TaskPhase(self.config.epochs, self.config.batch_size, self.scale),)


class TaskPhase(Phase):
    """Minimise the task's loss."""

    def __init__(self, epochs: int, batch_size: int, scale: float) -> None:
        super().__init__(epochs, batch_size)
        self.scale = scale

    def losses(
        self, model: Model, features: list[Features], batch: Batch, generator: torch.Generator | None
    ) -> Losses:
        """Return the task's loss."""
        logits = model.mix(features).logits
        return {"task": task_loss(model.task, logits, targets_of(batch), self.scale).mean()}
