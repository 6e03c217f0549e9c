"""A training method has three hooks, all silent by default."""

from i2moe_core.model.build import Model
from i2moe_core.training.recipes.base import Losses, Phase
from i2moe_core.types import Batch, Features


class Method:
    """Something trained beside the recipe; built with its options from the configuration."""

    def add_losses(self, model: Model, phase: Phase, features: list[Features], batch: Batch) -> Losses:
        """Return further losses, weighted, by name."""
        return {}

    def reweigh(self, losses: Losses) -> Losses:
        """Return the losses with their weights changed."""
        return losses

    def after_backward(self, model: Model) -> None:
        """Change the gradients before the optimiser's step."""
