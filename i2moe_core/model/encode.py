"""The first step of every model: each modality encoded once, absent ones filled in."""

from torch import nn

from i2moe_core.model.replace import Missing
from i2moe_core.types import Batch, Features


def encode(encoders: nn.ModuleDict, missing: Missing, batch: Batch) -> list[Features]:
    """Return every modality's features, in the encoders' order; absent ones hold their learned vector."""
    features = [encoder(batch.inputs[name]) for name, encoder in encoders.items()]
    return missing(features, batch.present)
