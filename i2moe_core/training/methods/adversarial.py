"""Make the modalities' features look alike to a network that tries to tell them apart."""

import torch
from torch import nn
from torch.nn.functional import cross_entropy

from i2moe_core.config import TrainingConfig
from i2moe_core.data.batching import TensorData
from i2moe_core.errors import InputError
from i2moe_core.losses.adversarial import reverse_gradient
from i2moe_core.model.build import Model
from i2moe_core.training.methods.base import Method
from i2moe_core.training.methods.heads import widths
from i2moe_core.training.methods.options import refuse_negative
from i2moe_core.training.recipes.base import Losses, Phase
from i2moe_core.types import Batch, Features


class Adversarial(Method):
    """A discriminator names the modality of a pooled vector; the encoders learn to deceive it.

        L = - mean log p(m | R(x_m)),    R(x) = x forwards, its gradient times -weight backwards

    The discriminator, a network with one hidden layer of ``hidden`` numbers, learns at full strength; the
    encoders get ``weight`` times the reversed gradient. The loss in the history is the discriminator's own:
    log M where the modalities cannot be told apart.

    Reference: Ganin and Lempitsky, ICML 2015, equations 7 to 9, with modalities in place of domains.

    Deviations: the strength is constant, without the published ramp. Modalities that a sample lacks do not
    count. Silent where the encoders are frozen.
    """

    def __init__(self, weight: float = 0.1, hidden: int = 64) -> None:
        super().__init__()
        refuse_negative("adversarial", weight=weight)
        if hidden < 1:
            raise InputError(f"The hidden size of 'adversarial' must be 1 or more, but is {hidden}.")
        self.weight, self.hidden = weight, hidden

    def prepare(self, model: Model, data: TensorData, settings: TrainingConfig) -> None:
        """Build the discriminator."""
        sizes = widths(model)
        if len(set(sizes)) > 1:
            raise InputError("'adversarial' needs encoders of one width; leave the method out.")
        self.discriminator = nn.Sequential(
            nn.Linear(sizes[0], self.hidden), nn.ReLU(), nn.Linear(self.hidden, len(sizes))
        )

    def add_losses(self, model: Model, phase: Phase, features: list[Features], batch: Batch) -> Losses:
        """Return the discriminator's loss."""
        there = batch.present.T  # (M, B)
        if not phase.trains_encoders or not self.weight or not bool(there.any()):
            return {}
        pooled = torch.stack([f.pooled for f in features])[there]
        modality = torch.arange(len(features), device=there.device).unsqueeze(1).expand_as(there)[there]
        said = self.discriminator(reverse_gradient(pooled, self.weight))
        return {"adversarial": cross_entropy(said, modality)}
