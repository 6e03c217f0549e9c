"""The recipe as published: task loss plus the interaction losses over random-vector passes."""

import math
from collections.abc import Mapping
from typing import Any, ClassVar

import torch

from i2moe_core.config import TrainingConfig
from i2moe_core.errors import InputError
from i2moe_core.losses.interaction import SIMILARITIES, SPACES, interaction_losses
from i2moe_core.losses.task import task_loss
from i2moe_core.model.build import Model
from i2moe_core.registry import lookup
from i2moe_core.training.recipes.base import Losses, Phase, Recipe, as_mixture, targets_of
from i2moe_core.types import Batch, Features

LEAST = {"lambda": 0.0, "margin": 0.0, "norm": 1.0}


class Paper(Recipe):
    """As published: triplet, cosine and random vectors. Its weights do not mean what they say; see the audit.

    loss = task + (lambda / E) * sum of the interaction losses (Xin et al., ICML 2025, section 3). On a
    regression the logits have one number, whose cosines are 1 or -1: synergy and redundancy get no gradient.

    ``margin``, ``norm``: of the uniqueness experts' triplets, and ``space`` (a name in SPACES) of the vectors
    in them. ``similarity``: a name in SIMILARITIES, how synergy and redundancy compare passes.
    """

    options: ClassVar[Mapping[str, Any]] = {
        "lambda": 0.5, "margin": 1.0, "norm": 2.0, "similarity": "cosine", "space": "logits",
    }  # fmt: skip

    def __init__(self, config: TrainingConfig, scale: float = 1.0) -> None:
        super().__init__(config, scale)
        for name, least in LEAST.items():
            _refuse_below(name, self.settings[name], least)
        lookup(SIMILARITIES, str(self.settings["similarity"]), "similarity of recipe 'paper'")
        lookup(SPACES, str(self.settings["space"]), "space of recipe 'paper'")

    def phases(self) -> tuple[Phase, ...]:
        """Return the one phase."""
        return (MixturePhase(self.config.epochs, self.config.batch_size, self.scale, self.settings),)


class MixturePhase(Phase):
    """Task and interaction losses on all experts and passes, everything trained together."""

    def __init__(self, epochs: int, batch_size: int, scale: float, settings: Mapping[str, Any]) -> None:
        super().__init__(epochs, batch_size)
        self.scale, self.settings = scale, settings

    def losses(
        self, model: Model, features: list[Features], batch: Batch, generator: torch.Generator | None
    ) -> Losses:
        """Return the task's loss and each expert's interaction loss."""
        mixture, chosen = as_mixture(model), self.settings
        output = mixture.mix(features, mixture.replaced(features, generator))
        weight = chosen["lambda"] / len(output.expert_logits)
        interaction = interaction_losses(
            output.expert_logits, chosen["margin"], chosen["norm"], chosen["similarity"], chosen["space"],
            mixture.task, mixture.roles, mixture.modalities,
        )  # fmt: skip
        task = task_loss(model.task, output.logits, targets_of(batch), self.scale).mean()
        return {"task": task} | {name: weight * loss for name, loss in interaction.items()}


def _refuse_below(name: str, value: Any, least: float) -> None:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not number or not math.isfinite(value) or value < least:
        raise InputError(f"The {name} of recipe 'paper' must be a number from {least:g}, but is {value!r}.")
