"""What a data set gets when nothing is said: by its kinds, by whose it is and by its size."""

from dataclasses import replace

import numpy as np
import pytest

from i2moe_core.config import DataConfig, EncoderConfig, ModelConfig, TrainingConfig
from i2moe_core.training.defaults import FEW, default_config
from i2moe_core.types import Modality, Samples


def pairs(count, kinds=("image", "text")):
    modalities = tuple(Modality(f"my_{kind}", kind) for kind in kinds)
    return Samples(
        "mine", "multiclass", modalities, ("a", "b"), tuple(map(str, range(count))),
        {m.name: [None] * count for m in modalities}, np.zeros(count, dtype=int), np.array(["train"] * count),
    )  # fmt: skip


def test_a_small_folder_gets_single_linear_maps_on_weighted_words():
    config = default_config(pairs(FEW - 1), DataConfig("folder"))
    assert config.model.encoders == {"my_text": EncoderConfig("text_bag")}
    assert (config.model.fusion, config.model.probe_fusion) == ("pooled", "pooled")
    assert (config.data.min_frequency, config.data.word_dropout) == (1, 0.1)
    assert (config.training.expert_epochs, config.training.expert_batch_size) == (80, 64)


@pytest.mark.parametrize("recipe", ["paper", "vanilla"])
def test_the_recipes_are_compared_on_equal_encoders_data_and_schedule(recipe):
    samples, data = pairs(100), DataConfig("folder")
    ours, other = default_config(samples, data), default_config(samples, data, recipe)
    assert other.data == ours.data
    assert (other.model.encoders, other.model.fusion) == (ours.model.encoders, ours.model.fusion)
    assert replace(other.training, recipe="faithful", missing_rate=0.05) == ours.training


def test_a_large_folder_keeps_the_networks():
    config = default_config(pairs(FEW), DataConfig("folder"))
    assert config.model == ModelConfig()
    assert config.data.augment
    assert config.training.methods == {"alignment": {}}


def test_a_generated_set_is_no_folder_however_small():
    config = default_config(pairs(10), DataConfig("digits:6000"))
    assert (config.model, config.data) == (ModelConfig(), DataConfig("digits:6000"))
    assert config.training == TrainingConfig(methods={"alignment": {}})
    assert default_config(pairs(10), DataConfig("scenes")).model == ModelConfig()


def test_arrays_are_concatenated():
    config = default_config(pairs(10, ("array", "array")), DataConfig("mine.npz"))
    assert (config.model.fusion, config.model.encoders, config.data.augment) == ("concat", {}, False)
