"""What a method may do beside a recipe: own weights that learn and resume, other batches, other gradients."""

import pytest
import torch
from parts import tiny_config, tiny_data, tiny_model
from torch import nn

from i2moe_core.errors import InputError
from i2moe_core.training.fit import fit
from i2moe_core.training.methods import METHODS, Method, build_methods, prepared_methods


class Spy(Method):
    """A learned number, a network, a counter of steps."""

    def __init__(self):
        super().__init__()
        self.learned = nn.Parameter(torch.ones(()))
        self.register_buffer("steps", torch.zeros(()))

    def prepare(self, model, data, settings):
        self.start = torch.randn(3)
        self.net = nn.Linear(2, 1)

    def add_losses(self, model, phase, features, batch):
        return {"spy": (self.learned - 3) ** 2 + self.net.weight.square().sum()}

    def after_backward(self, model, phase, features, batch):
        self.steps += 1
        assert len(features) == len(model.modalities)

    def figures(self):
        return {"learned": self.learned.item(), "steps": self.steps.item()}


@pytest.fixture(autouse=True)
def spy(monkeypatch):
    monkeypatch.setitem(METHODS, "spy", Spy)


class StopHere(Exception):
    pass


def train(config, folder=None, resume=False, after=None):
    count = 0

    def watch(report):
        nonlocal count
        count += 1
        if count == after:
            raise StopHere

    data = tiny_data(size=48)
    model = tiny_model(config, data)
    return model, fit(model, data, config, folder, resume, watch).frame()


def test_own_weights_learn_and_are_in_the_history():
    _, history = train(tiny_config(methods={"spy": {}}, learning_rate=0.05))
    learned = history["method.spy.learned"].tolist()
    assert learned == sorted(learned)
    assert learned[-1] > 1.05
    assert history["method.spy.steps"].is_monotonic_increasing


def test_resumed_with_its_state(tmp_path):
    config = tiny_config(methods={"spy": {}})
    model, history = train(config)
    with pytest.raises(StopHere):
        train(config, tmp_path, after=5)
    again, resumed = train(config, tmp_path, resume=True)
    assert all(torch.equal(v, again.state_dict()[k]) for k, v in model.state_dict().items())
    for name in ("method.spy.learned", "method.spy.steps"):
        assert resumed[name].tolist() == history[name].tolist()


def test_preparing_draws_from_the_seed_and_leaves_the_callers_draws():
    config, data = tiny_config(methods={"spy": {}}), tiny_data(size=48)
    model = tiny_model(config, data)
    torch.manual_seed(5)
    expected = torch.randn(3)
    torch.manual_seed(5)
    first = prepared_methods(model, data, config.training)["spy"]
    assert torch.equal(torch.randn(3), expected)
    assert torch.equal(first.start, prepared_methods(model, data, config.training)["spy"].start)


def test_a_wrong_option_is_one_sentence():
    with pytest.raises(InputError, match="Training method 'alignment' does not take these options"):
        build_methods({"alignment": {"wieght": 1}})
    with pytest.raises(InputError, match="Did you mean 'alignment'"):
        build_methods({"alignmnt": {}})
