"""The gradient log: right by hand, and a training that does not notice it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from parts import tiny_config, tiny_data, tiny_model, tiny_model_config

from i2moe_core.training.fit import fit
from i2moe_core.training.gradients import fixed_rows, gradient_report
from i2moe_core.training.recipes import RECIPES
from i2moe_core.training.recipes.base import Phase

LOGGED = ("conflict.", "gradient.")


class ByHand(Phase):
    """Losses linear in the bias b of expert 0 and g of the gate: their gradients are plain vectors."""

    def __init__(self):
        super().__init__(1, 4)

    def modules(self, model):
        return [model.experts, model.gate]

    def losses(self, model, features, batch, generator):
        b, g = model.experts[0].head.bias, model.gate.network[-1].bias
        return {
            "one": b[0],
            "same": 3 * b[0],
            "against": -2 * b[0],
            "apart": 4 * g[1],
            "between": b[0] + b[1],
            "still": torch.tensor(7.0),
        }


@pytest.fixture
def tiny():
    config, data = tiny_config("faithful"), tiny_data()
    return tiny_model(config, data), data


def test_cosines_and_shares_worked_out_by_hand(tiny):
    """Gradients of (b0, b1, g1): (1,0,0) (3,0,0) (-2,0,0) (0,0,4) (1,1,0), and none; their sum is (3,1,4)."""
    model, data = tiny
    report = gradient_report(model, ByHand(), data.batch(range(4)), seed=0)
    assert report.losses == ("one", "same", "against", "apart", "between", "still")
    half = 0.5**0.5
    np.testing.assert_allclose(report.cosines[0], [1, 1, -1, 0, half, np.nan])
    np.testing.assert_allclose(report.cosines[2], [-1, -1, 1, 0, -half, np.nan])
    assert np.isnan(report.cosines[5]).all()
    np.testing.assert_allclose(report.norms["unique:x1"], [1, 3, 2, 0, 2**0.5, 0])
    np.testing.assert_allclose(report.norms["gate"], [0, 0, 0, 4, 0, 0])
    own = 10**0.5
    assert report.shares["unique:x1"] == pytest.approx(own / (own + 4))
    assert report.shares["gate"] == pytest.approx(4 / (own + 4))
    assert report.shares["synergy"] == 0
    assert set(report.shares) == {"unique:x1", "unique:x2", "synergy", "redundancy", "gate"}


def test_columns_name_every_pair_once_and_leave_out_what_is_not_known(tiny):
    model, data = tiny
    columns = gradient_report(model, ByHand(), data.batch(range(4)), seed=0).columns()
    assert columns["conflict.one~against"] == pytest.approx(-1)
    assert sum(name.startswith("conflict.") for name in columns) == 10  # of 5 losses; none with "still"
    assert sum(columns[name] for name in columns if name.startswith("gradient.")) == pytest.approx(1)
    assert not any("still" in name for name in columns)


@pytest.mark.parametrize("recipe", RECIPES)
def test_weights_are_bit_for_bit_those_without_the_log(recipe):
    data = tiny_data()
    config = tiny_config(recipe, tiny_model_config(dropout=0.3, replacement="random"), missing_rate=0.2)
    silent = replace(config, training=replace(config.training, log_gradients=False))
    trained, histories = [], []
    for settings in (config, silent):
        model = tiny_model(settings, data)
        histories.append(fit(model, data, settings).frame())
        trained.append(model.state_dict())
    assert all(torch.equal(value, trained[1][name]) for name, value in trained[0].items())
    logged, plain = histories
    kept = [name for name in logged if not name.startswith(LOGGED)]
    assert list(plain) == kept
    pd.testing.assert_frame_equal(logged[kept].drop(columns="seconds"), plain.drop(columns="seconds"))
    assert any(name.startswith("gradient.") for name in logged)


def test_nothing_of_the_training_is_touched(tiny):
    model, data = tiny
    phase = RECIPES["paper"](tiny_config("paper").training).phases()[0]
    model.train()
    model.gate.eval()
    model.encoders.requires_grad_(False)
    marked = next(model.experts.parameters())
    marked.grad = torch.full_like(marked, 5.0)
    modes = [module.training for module in model.modules()]
    flags = [p.requires_grad for p in model.parameters()]
    weights = {name: value.clone() for name, value in model.state_dict().items()}
    state = torch.get_rng_state()
    gradient_report(model, phase, data.batch(range(8)), seed=3)
    assert torch.equal(torch.get_rng_state(), state)
    assert [module.training for module in model.modules()] == modes
    assert [p.requires_grad for p in model.parameters()] == flags
    assert all(torch.equal(value, weights[name]) for name, value in model.state_dict().items())
    assert bool((marked.grad == 5).all())
    assert sum(p.grad is not None for p in model.parameters()) == 1


def test_the_seed_alone_draws_the_replacements(tiny):
    model, data = tiny
    phase = RECIPES["paper"](tiny_config("paper").training).phases()[0]
    batch = data.batch(range(12))
    cosines = []
    for seed in (3, 3, 4):
        torch.randn(seed)
        cosines.append(gradient_report(model, phase, batch, seed).cosines)
    np.testing.assert_array_equal(cosines[0], cosines[1])
    assert np.abs(cosines[0] - cosines[2]).max() > 1e-3


def test_all_comes_back_also_after_an_error(tiny):
    model, data = tiny

    class Broken(ByHand):
        def losses(self, model, features, batch, generator):
            raise RuntimeError("broken")

    model.train()
    state = torch.get_rng_state()
    with pytest.raises(RuntimeError, match="broken"):
        gradient_report(model, Broken(), data.batch(range(4)), seed=0)
    assert model.training
    assert all(p.requires_grad for p in model.parameters())
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize("recipe", ["faithful", "paper"])
def test_the_saved_weights_give_what_their_epoch_logged(recipe):
    config, data = tiny_config(recipe, tiny_model_config(dropout=0.3)), tiny_data()
    model = tiny_model(config, data)
    history = fit(model, data, config).frame()
    last = history[history.phase_index == history.phase_index.max()]
    row = last[last.epoch == last.best_epoch.iloc[-1]].iloc[0]
    phase = RECIPES[recipe](config.training).phases()[-1]
    batch = data.batch(fixed_rows(data.samples.rows("train"), phase.batch_size))
    columns = gradient_report(model, phase, batch, config.training.seed).columns()
    assert len(columns) > 5
    for name, value in columns.items():
        assert row[name] == pytest.approx(value, abs=1e-9)


def test_the_sum_of_gradients_is_what_a_step_follows(tiny):
    """On the experts' phase: the norm of the summed loss's gradient, by backward and by the report."""
    model, data = tiny
    phase = RECIPES["vanilla"](tiny_config("vanilla").training).phases()[0]
    batch = data.batch(range(12))
    loss = sum(phase.losses(model.eval(), model.encode(batch), batch, None).values())
    loss.backward()
    norms = {
        "gate": sum(float((p.grad**2).sum()) for p in model.gate.parameters()) ** 0.5,
        "synergy": sum(float((p.grad**2).sum()) for p in model.experts[2].parameters()) ** 0.5,
    }
    shares = gradient_report(model, phase, batch, seed=0).shares
    assert shares["gate"] / shares["synergy"] == pytest.approx(norms["gate"] / norms["synergy"], rel=1e-4)


def test_fixed_rows_are_spread_evenly():
    assert fixed_rows(np.arange(10, 20), 4).tolist() == [10, 13, 16, 19]
    assert fixed_rows(np.arange(3), 4).tolist() == [0, 1, 2]
