"""The recipe as published: task loss plus the interaction losses over random-vector passes."""

from collections.abc import Mapping
from typing import Any, ClassVar

import torch

from i2moe_core.losses.interaction import interaction_losses
from i2moe_core.losses.task import task_loss
from i2moe_core.model.build import Model
from i2moe_core.training.recipes.base import Losses, Phase, Recipe, as_mixture, targets_of
from i2moe_core.types import Batch, Features


class Paper(Recipe):
    """As published: triplet, cosine and random vectors. Its weights do not mean what they say; see the audit.

    loss = task + (lambda / E) * sum of the interaction losses (Xin et al., ICML 2025, section 3). On a
    regression the logits have one number, whose cosines are 1 or -1: synergy and redundancy get no gradient.
    """

    options: ClassVar[Mapping[str, Any]] = {"lambda": 0.5, "margin": 1.0, "norm": 2.0}

    def phases(self) -> tuple[Phase, ...]:
        """Return the one phase."""
        return (MixturePhase(self.config.epochs, self.config.batch_size, self.scale, self.settings),)


class MixturePhase(Phase):
    """Task and interaction losses on all experts and passes, everything trained together."""

    def __init__(self, epochs: int, batch_size: int, scale: float, settings: Mapping[str, float]) -> None:
        super().__init__(epochs, batch_size)
        self.scale, self.settings = scale, settings

    def losses(
        self, model: Model, features: list[Features], batch: Batch, generator: torch.Generator | None
    ) -> Losses:
        """Return the task's loss and each expert's interaction loss."""
        mixture = as_mixture(model)
        output = mixture.mix(features, mixture.replaced(features, generator))
        weight = self.settings["lambda"] / len(output.expert_logits)
        interaction = interaction_losses(output.expert_logits, self.settings["margin"], self.settings["norm"])
        task = task_loss(model.task, output.logits, targets_of(batch), self.scale).mean()
        return {"task": task} | {name: weight * loss for name, loss in interaction.items()}
