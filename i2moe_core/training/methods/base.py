"""A training method: hooks around a recipe's steps, all silent by default."""

from torch import Tensor, nn

from i2moe_core.config import TrainingConfig
from i2moe_core.data.batching import TensorData
from i2moe_core.model.build import Model
from i2moe_core.training.recipes.base import Losses, Phase
from i2moe_core.types import Batch, Features


class Method(nn.Module):
    """Something trained beside the recipe; built with its options from the configuration.

    Modules and buffers of its own are part of the resumable state, and its parameters learn along with the
    phase. Nothing of it is needed to answer, so nothing of it is in the finished run.
    """

    def prepare(self, model: Model, data: TensorData, settings: TrainingConfig) -> None:
        """Build own modules for this model, or refuse data that the method is not made for (InputError)."""

    def phases(self, settings: TrainingConfig) -> tuple[Phase, ...]:
        """Return phases that run before the recipe's."""
        return ()

    def change_batch(self, batch: Batch, phase: Phase) -> Batch:
        """Return what is trained on in place of ``batch``; drawn from the global generator."""
        return batch

    def add_losses(self, model: Model, phase: Phase, features: list[Features], batch: Batch) -> Losses:
        """Return further losses, weighted, by name. It changes no state: the gradient log asks too."""
        return {}

    def reweigh(self, losses: Losses) -> Losses:
        """Return the losses with their weights changed."""
        return losses

    def after_backward(self, model: Model, phase: Phase, features: list[Features], batch: Batch) -> None:
        """Change the gradients before the optimiser's step, and own buffers."""

    def figures(self) -> dict[str, float]:
        """Return what the history keeps of it after an epoch: coefficients, learned weights."""
        return {}

    def learning(self, phase: Phase) -> list[Tensor]:
        """Return its parameters that learn in this phase: by default all of them, in every phase."""
        return list(self.parameters())
