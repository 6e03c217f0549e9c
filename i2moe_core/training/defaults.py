"""The configuration that suits a data set and a recipe when nothing else is said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from i2moe_core.config import DataConfig, EncoderConfig, ModelConfig, RunConfig, TrainingConfig
from i2moe_core.types import Samples

GENERATED = ("scenes", "digits", "vectors")
# With 1, one seed of three stays on the synergy plateau; with 3, none of five does (docs/experiments.md).
ALIGNMENT: dict[str, dict[str, Any]] = {"scenes": {"weight": 3.0}}
# Some words are hidden in training, so that a removed word means "not told" when maps are tested.
HIDING: dict[str, Any] = {"augment": True, "word_dropout": 0.05, "max_shift": 0, "jitter": 0.0}
FEW = 3000  # training samples below which a folder gets linear heads on bags of words (docs/experiments.md)
FEW_ENCODERS = {"text": EncoderConfig("text_bag")}


def default_config(samples: Samples, data: DataConfig, recipe: str = "faithful") -> RunConfig:
    """Return the full configuration for ``samples``.

    Arrays alone: concatenation, 30 short epochs. Pictures and texts: cross-attention with alignment. A folder
    of the user's own also gets augmentation; a small one, linear heads on weighted bags of whole words.
    """
    kinds: set[str] = {m.kind for m in samples.modalities}
    generated = data.source.partition(":")[0] in GENERATED
    if kinds == {"array"}:
        model, training = _arrays()
    else:
        source = data.source.partition(":")[0]
        model, training = _pictures_and_texts(kinds, ALIGNMENT.get(source, {}))
        data = replace(data, **HIDING) if source == "scenes" else data
        if not generated:
            data, model, training = _own_folder(samples, data, model, training)
    if recipe == "paper":
        model = replace(
            model, masked_uniqueness=False, replacement="random", gate_pooling="mean", probes=False
        )
        training = replace(training, missing_rate=0.0)
    if recipe != "faithful":
        training = replace(training, recipe_options={})
    return RunConfig(data, model, replace(training, recipe=recipe))


def _arrays() -> tuple[ModelConfig, TrainingConfig]:
    model = ModelConfig(fusion="concat", gate_pooling="mean")
    # Half of the swapped pairs look like true ones when the inputs have no marker: see docs/experiments.md.
    recipe_options: dict[str, Any] = {"swaps": 3.0}
    return model, TrainingConfig(epochs=30, expert_epochs=30, batch_size=128, recipe_options=recipe_options)


def _pictures_and_texts(kinds: set[str], alignment: dict[str, Any]) -> tuple[ModelConfig, TrainingConfig]:
    methods: dict[str, dict[str, Any]] = {"alignment": alignment} if kinds >= {"image", "text"} else {}
    return ModelConfig(), TrainingConfig(methods=methods)


def _own_folder(
    samples: Samples, data: DataConfig, model: ModelConfig, training: TrainingConfig
) -> tuple[DataConfig, ModelConfig, TrainingConfig]:
    size = 64 if data.image_size == 32 else data.image_size
    data = replace(data, augment=True, word_dropout=0.05, image_size=size)
    training = replace(training, epochs=50, expert_epochs=40, patience=12)
    if len(samples.rows("train")) >= FEW:
        return data, model, training
    data = replace(data, vocabulary_size=8000, min_frequency=1, max_tokens=48, word_dropout=0.1)
    encoders = {m.name: FEW_ENCODERS[m.kind] for m in samples.modalities if m.kind in FEW_ENCODERS}
    model = replace(model, encoders=encoders, fusion="pooled", probe_fusion="pooled")
    training = replace(training, weight_decay=5e-2, expert_epochs=80, expert_batch_size=64, methods={})
    return data, model, training
