"""Every method: its silent option changes no weight, and an interrupted training resumes to the bit."""

import pytest
import torch
from parts import picture_data, tiny_config, tiny_data, tiny_model

from i2moe_core.training.fit import fit

SILENT = {
    "ogm_ge": {"alpha": 0.0, "noise": False}, "weak_boost": {"alpha": 0.0}, "uncertainty": {"losses": []},
    "distillation": {"weight": 0.0}, "joint": {"weight": 0.0}, "contrastive": {"weight": 0.0},
    "missing_modality": {"rate": 0.0}, "decorrelation": {"weight": 0.0}, "adversarial": {"weight": 0.0},
    "jigsaw": {"epochs": 0},
}  # fmt: skip
LOUD = {
    "jigsaw": {"epochs": 2}, "distillation": {"features": 1.0}
}  # fmt: skip


class StopHere(Exception):
    pass


def data_of(name):
    return picture_data() if name == "jigsaw" else tiny_data(size=24, missing=0.2)


def train(name, options, recipe="paper", folder=None, after=None, resume=False):
    """Train, stopped after so many reports; methods none where ``options`` is None."""
    count = 0

    def watch(report):
        nonlocal count
        count += 1
        if count == after:
            raise StopHere

    methods = {} if options is None else {name: options}
    config = tiny_config(recipe, methods=methods, batch_size=8, log_gradients=False)
    data = data_of(name)
    model = tiny_model(config, data)
    return model, fit(model, data, config, folder, resume, watch).frame()


def equal(one, other):
    return all(torch.equal(value, other.state_dict()[key]) for key, value in one.state_dict().items())


@pytest.mark.parametrize("name", SILENT)
def test_the_silent_option_gives_the_weights_of_no_method(name):
    assert equal(train(name, None)[0], train(name, SILENT[name])[0])


@pytest.mark.parametrize("name", SILENT)
def test_resumed_it_ends_with_the_same_weights_and_figures(name, tmp_path):
    options = LOUD.get(name, {})
    model, history = train(name, options)
    with pytest.raises(StopHere):
        train(name, options, folder=tmp_path, after=4)  # in the second epoch
    again, resumed = train(name, options, folder=tmp_path, resume=True)
    assert equal(model, again)
    for column in (c for c in history if c.startswith("method.")):
        assert resumed[column].tolist() == history[column].tolist()
