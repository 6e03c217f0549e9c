"""Bring the modalities of one sample, or of one class, together in a space of their own."""

from itertools import combinations
from math import log

import torch
from torch import Tensor, nn

from i2moe_core.config import TrainingConfig
from i2moe_core.data.batching import TensorData
from i2moe_core.errors import InputError
from i2moe_core.losses.contrastive import cosine_scores, margin_loss, matching_loss, same_labels
from i2moe_core.model.build import Model
from i2moe_core.training.methods.base import Method
from i2moe_core.training.methods.heads import widths
from i2moe_core.training.methods.options import refuse_negative, refuse_unknown
from i2moe_core.training.recipes.base import Losses, Phase, targets_of
from i2moe_core.types import Batch, Features

HIGHEST = log(100.0)  # of the log inverse temperature, as published


class Contrastive(Method):
    """Align the modalities' pooled features: InfoNCE with a learned temperature, or a margin by labels.

        infonce: symmetric cross-entropy of exp(t) cos(P_a x_a, P_b x_b) over the batch, sample i with i
        margin: d²/2 for samples of the same class, max(0, margin - d)²/2 for others, d = |P_a x_a - P_b x_b|

    averaged over the pairs of modalities a, b; P are learned linear maps to ``width`` numbers, the vectors
    normalised. ``form``: "infonce" (no label is used) or "margin" (same: one class, or a label in common).
    ``temperature``: where exp(-t) starts.

    Reference: Radford et al., ICML 2021, figure 3; Hadsell et al., CVPR 2006, equation 4.

    Samples count where they have both modalities. What only one modality knows has no partner to be matched
    with: a large weight may cost uniqueness. Silent where the encoders are frozen.
    """

    def __init__(
        self,
        weight: float = 0.1,
        form: str = "infonce",
        temperature: float = 0.07,
        margin: float = 1.0,
        width: int = 64,
    ) -> None:
        super().__init__()
        refuse_negative("contrastive", weight=weight, margin=margin)
        refuse_unknown("contrastive", "form", form, ("infonce", "margin"))
        if temperature <= 0 or width < 1:
            raise InputError("Temperature and width of 'contrastive' must be above 0.")
        self.weight, self.form, self.margin, self.width = weight, form, margin, width
        self.sharpness = nn.Parameter(torch.tensor(-log(temperature)))

    def prepare(self, model: Model, data: TensorData, settings: TrainingConfig) -> None:
        """Build the maps into the common space."""
        if self.form == "margin" and model.task == "regression":
            raise InputError("The margin form of 'contrastive' needs classes or labels; take form=infonce.")
        self.maps = nn.ModuleList(nn.Linear(width, self.width) for width in widths(model))

    def add_losses(self, model: Model, phase: Phase, features: list[Features], batch: Batch) -> Losses:
        """Return the weighted loss, averaged over the pairs of modalities."""
        if not phase.trains_encoders or not self.weight:
            return {}
        vectors = [net(f.pooled) for net, f in zip(self.maps, features, strict=True)]
        loss = self._infonce if self.form == "infonce" else self._margin
        losses = []
        for a, b in combinations(range(len(vectors)), 2):
            both = batch.present[:, a] & batch.present[:, b]
            if int(both.sum()) >= 2:
                losses.append(loss(vectors[a][both], vectors[b][both], targets_of(batch)[both]))
        return {"contrastive": self.weight * torch.stack(losses).mean()} if losses else {}

    def figures(self) -> dict[str, float]:
        """Return the learned temperature."""
        return {"temperature": torch.exp(-self.sharpness.clamp(max=HIGHEST)).item()}

    def _infonce(self, a: Tensor, b: Tensor, targets: Tensor) -> Tensor:
        return matching_loss(self.sharpness.clamp(max=HIGHEST).exp() * cosine_scores(a, b))

    def _margin(self, a: Tensor, b: Tensor, targets: Tensor) -> Tensor:
        return margin_loss(a, b, same_labels(targets), self.margin)
