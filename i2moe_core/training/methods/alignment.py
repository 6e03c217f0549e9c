"""Match pictures and texts of the same sample through the very scores by which the fusion attends."""

import torch

from i2moe_core.errors import InputError
from i2moe_core.fusion.attention.cross_attention import CrossAttention
from i2moe_core.losses.contrastive import matching_loss
from i2moe_core.model.build import Model
from i2moe_core.training.methods.base import Method
from i2moe_core.training.recipes.base import Losses, Phase
from i2moe_core.types import Batch, Features


class Alignment(Method):
    """Label-free matching of modalities by cross-attention scores: gets synergy off its plateau.

    For every cross-attention over several modalities that learns with the encoders: each sample's query must
    find an answering token in its own partner rather than in another sample's. ``modality``: whose tokens are
    asked; by default every modality that has more than one token and is a picture.
    """

    def __init__(self, weight: float = 1.0, modality: str = "image") -> None:
        super().__init__()
        if weight < 0:
            raise InputError(f"The alignment's weight must not be negative, but is {weight}.")
        self.weight, self.modality = weight, modality

    def add_losses(self, model: Model, phase: Phase, features: list[Features], batch: Batch) -> Losses:
        """Return the matching loss, averaged over the cross-attentions that learn in this phase."""
        if not phase.trains_encoders:
            return {}
        if self.modality not in model.modalities:
            known = ", ".join(model.modalities)
            raise InputError(f"Alignment asks for modality '{self.modality}', but the data has: {known}.")
        rows = batch.present.all(1)
        if int(rows.sum()) < 2:
            return {}
        whole, place = [f[rows] for f in features], model.modalities.index(self.modality)
        losses = [
            matching_loss(fusion.alignment_scores(whole, place)) for fusion in asking_fusions(model, phase)
        ]
        return {"alignment": self.weight * torch.stack(losses).mean()} if losses else {}


def asking_fusions(model: Model, phase: Phase) -> list[CrossAttention]:
    """Return the cross-attentions over several modalities that learn with the encoders in a phase."""
    if not phase.trains_encoders:
        return []
    return [
        fusion
        for part in phase.modules(model)
        for fusion in part.modules()
        if isinstance(fusion, CrossAttention) and fusion.modalities > 1
    ]
