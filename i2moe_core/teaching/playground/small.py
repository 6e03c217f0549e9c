"""The configuration of the playground's mixture: the project's own model, small enough to train live."""

from __future__ import annotations

from i2moe_core.config import EncoderConfig, ModelConfig, TrainingConfig
from i2moe_core.teaching.playground.settings import Settings
from i2moe_core.types import Samples

WIDTH, HIDDEN = 16, 32
BATCH = 64  # samples a step
RATE, WARM = 1e-2, 20  # peak learning rate, and the steps until it is reached
CLIP, DECAY = 2.0, 1e-2


def model_config(settings: Settings, samples: Samples) -> ModelConfig:
    """Return the mixture as its recipe wants it; without dropout, whose draws visitors would share."""
    faithful = settings.recipe == "faithful"
    return ModelConfig(
        width=WIDTH,
        encoders={m.name: EncoderConfig("array_mlp", {"hidden": HIDDEN}) for m in samples.modalities},
        fusion="concat",
        probe_fusion="concat",
        hidden=HIDDEN,
        gate_hidden=HIDDEN,
        gate_pooling="mean",
        dropout=0.0,
        masked_uniqueness=faithful,
        temperature=settings.temperature,
        replacement=settings.replacement,
        probes=faithful,
    )


def training_config(settings: Settings) -> TrainingConfig:
    """Return the recipe with its knobs."""
    options = {
        "faithful": {"swaps": 3.0},
        "paper": {"lambda": settings.weight, "margin": settings.margin},
    }.get(settings.recipe, {})
    return TrainingConfig(recipe=settings.recipe, recipe_options=options, learning_rate=RATE)
