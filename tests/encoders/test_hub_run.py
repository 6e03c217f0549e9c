"""A whole run on hub encoders: trained, saved without the pretrained weights, opened, the same answers."""

import pandas as pd
import pytest
import torch
from parts import save_hub_model
from safetensors.torch import load_file

from i2moe_core.checkpoint import load_run, save_run
from i2moe_core.config import DataConfig, override
from i2moe_core.data import load_samples
from i2moe_core.data.batching import build_vocabulary, prepare
from i2moe_core.errors import InputError
from i2moe_core.model.build import build_model
from i2moe_core.training.defaults import default_config
from i2moe_core.training.fit import fit
from i2moe_core.training.info import describe_data


@pytest.fixture
def pretrained(tmp_path):
    return save_hub_model("clip", tmp_path / "clip")


@pytest.fixture
def trained(pretrained, tmp_path):
    """Two epochs of each phase on 40 scenes, saved; and how many rows each network saw meanwhile."""
    path = str(pretrained)
    data_config = DataConfig("scenes", options={"sizes": [24, 8, 8]}, tokenizer=path, max_tokens=12)
    samples = load_samples(data_config)
    encoders = {name: {"name": f"hub_{name}", "options": {"path": path}} for name in ("image", "text")}
    small = {"model.width": 8, "model.hidden": 8, "model.encoders": encoders, "training.device": "cpu"}
    small |= {"data.augment": False}  # every epoch sees the very same inputs
    short = {"training.epochs": 2, "training.expert_epochs": 2, "training.batch_size": 8}
    config = override(default_config(samples, data_config), small | short)
    vocabulary = build_vocabulary(samples, config.data)
    data = prepare(samples, config.data, vocabulary)
    info = describe_data(data, vocabulary)
    torch.manual_seed(0)
    model, seen = build_model(config.model, info), {}
    for name, encoder in model.encoders.items():
        encoder._held[0].register_forward_pre_hook(
            lambda module, args, given, name=name: seen.update(
                {name: seen.get(name, 0) + len(next(iter(given.values())))}
            ),
            with_kwargs=True,
        )
    history = fit(model, data, config)
    folder = tmp_path / "run"
    save_run(folder, model, config, info, vocabulary, samples, history.frame())
    return folder, model, data, seen


def test_each_sample_passes_once_in_four_epochs(trained):
    _, _, data, seen = trained
    assert seen["image"] == 24 + 8  # training and validation
    assert seen["text"] <= len({tuple(row) for row in data.inputs["text"].tolist()})


def test_the_run_opens_with_the_same_answers_and_without_the_pretrained_weights(trained):
    folder, model, data, _ = trained
    keys = load_file(folder / "model.safetensors")
    assert not [key for key in keys if ".network." in key and key.startswith("encoders.")]
    run = load_run(folder, "cpu")
    batch = data.batch(range(10))
    with torch.no_grad():
        assert torch.equal(run.model(batch).logits, model(batch).logits)
    text = data.samples.raw["text"][0]
    assert run.vocabulary.encode([text], 12).equal(data.inputs["text"][:1])
    assert isinstance(run.history, pd.DataFrame)


def test_a_run_whose_pretrained_model_changed_or_went_is_refused(trained, pretrained):
    folder = trained[0]
    save_hub_model("clip", pretrained, seed=1)
    with pytest.raises(InputError, match="not the one this run was trained with"):
        load_run(folder, "cpu")
    pretrained.rename(pretrained.parent / "elsewhere")
    with pytest.raises(InputError, match="no model directory"):
        load_run(folder, "cpu")
