"""Hide modalities at random, so that none becomes indispensable."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from i2moe_core.config import TrainingConfig
from i2moe_core.data.batching import TensorData
from i2moe_core.errors import InputError
from i2moe_core.model.build import Model
from i2moe_core.training.methods.base import Method
from i2moe_core.training.methods.options import per_modality
from i2moe_core.training.recipes.base import Phase
from i2moe_core.types import Batch


class MissingModality(Method):
    """Hide each modality with its own rate, as if it were missing (modality dropout).

    Each modality of each sample is hidden by itself, with probability ``rate``, of all or by name ({"text":
    0.5}; those not named stay). A sample that would lose everything keeps one of what it had, drawn evenly.
    A hidden modality is replaced by the model's learned vector for missing ones, in every phase.

    Reference: Neverova et al., TPAMI 2016 (ModDrop).

    It comes on top of ``training.missing_rate``, which hides one modality of a share of the complete samples.
    """

    def __init__(self, rate: float | Mapping[str, float] = 0.2) -> None:
        super().__init__()
        self.given = rate

    def prepare(self, model: Model, data: TensorData, settings: TrainingConfig) -> None:
        """Find each modality's rate."""
        self.rates = per_modality("missing_modality", "rate", self.given, model.modalities)
        if max(self.rates) >= 1:
            raise InputError(f"The rate of 'missing_modality' must be below 1, but is {max(self.rates)}.")

    def change_batch(self, batch: Batch, phase: Phase) -> Batch:
        """Return the batch with modalities hidden."""
        if not any(self.rates):
            return batch
        shape = batch.present.shape
        present = still_present(batch.present.cpu(), self.rates, torch.rand(shape), torch.rand(shape))
        return replace(batch, present=present.to(batch.present.device))


def still_present(present: Tensor, rates: Sequence[float], draws: Tensor, spare: Tensor) -> Tensor:
    """Return what is left, (B, M) bool: hidden where ``draws`` < rate; where nothing is left, one is kept.

    The one kept has the largest number in ``spare`` among those present. draws, spare: (B, M) in [0, 1).
    """
    left = present & (draws >= torch.tensor(rates))
    kept = torch.where(present, spare, -1.0).argmax(1, keepdim=True)
    one = torch.zeros_like(present).scatter(1, kept, True) & present
    return torch.where(left.any(1, keepdim=True), left, one)
