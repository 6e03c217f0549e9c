"""A gate that sees the experts' answers: what it is told, where it starts, whom it teaches."""

import math

import pytest
import torch
from parts import TASKS, array_info, random_features, tiny_config, tiny_data, tiny_model, tiny_model_config

from i2moe_core.config import ModelConfig, from_dict, to_dict
from i2moe_core.model.answer_view import SMOOTHING, AnswerView
from i2moe_core.model.build import build_model
from i2moe_core.training.fit import fit


def build(sees=True, task="multiclass", modalities=2, **options):
    torch.manual_seed(0)
    config = tiny_model_config(gate_sees_answers=sees, **options)
    return build_model(config, array_info(task, modalities)).eval()


def wake(model, seed=1):
    """Give the view's last layer, which starts at zero, random weights."""
    torch.manual_seed(seed)
    torch.nn.init.normal_(model.gate.view.outer.weight)
    return model


def answers(model, rows=6, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return 3 * torch.randn(len(model.experts), rows, len(model.prior), generator=generator)


def test_it_is_told_the_evidence_and_how_far_apart_each_two_are():
    prior = torch.tensor([0.5, 0.25, 0.25])
    view = AnswerView(2, 4, 4, "multiclass", prior)
    sure = torch.tensor([0.2, 0.6, 0.2])
    told = view.told(torch.stack([sure.log(), prior.log()])[:, None])[0]  # the second expert says nothing
    said = [math.log((1 - SMOOTHING) * p / q + SMOOTHING) for p, q in zip(sure, prior, strict=True)]
    size = sum(abs(x) for x in said) / 3
    expected = [*said, 0, 0, 0, size, size, 0]  # evidence; first to second, first to prior, second to prior
    torch.testing.assert_close(told, torch.tensor(expected), atol=1e-6, rtol=1e-5)


def test_a_regressions_answers_are_told_in_its_own_deviations():
    view = AnswerView(2, 4, 4, "regression", torch.tensor([50.0]), scale=10.0)
    told = view.told(torch.tensor([[[70.0]], [[45.0]]]))[0]
    torch.testing.assert_close(told, torch.tensor([2.0, -0.5, 2.5, 2.0, 0.5]))


def test_a_certain_answer_stays_finite():
    view = AnswerView(2, 4, 4, "multiclass", torch.tensor([0.5, 0.5]))
    told = view.told(torch.tensor([[[500.0, -500.0]], [[-500.0, 500.0]]]))
    assert told.isfinite().all()
    assert told[:, :4].abs().max() <= -math.log(SMOOTHING) + 1e-5  # the evidence itself


@pytest.mark.parametrize("recipe_part", ["experts", "probes", "encoders", "gate.network"])
def test_all_other_weights_start_as_they_do_without_it(recipe_part):
    with_view, without = build().state_dict(), build(sees=False).state_dict()
    names = [name for name in without if name.startswith(recipe_part)]
    assert names
    assert all(torch.equal(with_view[name], without[name]) for name in names)
    assert {name for name in with_view if name not in without} == {
        "gate.view.inner.weight", "gate.view.inner.bias", "gate.view.outer.weight",
    }  # fmt: skip


@pytest.mark.parametrize("layers", [0, 1, 2])
@pytest.mark.parametrize("pooling", ["attention", "mean"])
def test_it_starts_as_the_gate_that_sees_nothing_and_then_listens(layers, pooling):
    options = {"gate_layers": layers, "gate_pooling": pooling}
    model, plain, features = build(**options), build(sees=False, **options), random_features(6)
    said, other = answers(model), answers(model, seed=1)
    assert torch.equal(model.weigh(features, said), plain.weigh(features, other))
    wake(model)
    assert not torch.allclose(model.weigh(features, said), model.weigh(features, other), atol=1e-3)
    torch.testing.assert_close(model.weigh(features, said).sum(1), torch.ones(6))


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("modalities", [2, 3])
def test_the_mixture_weighs_the_answers_of_its_full_pass(task, modalities):
    model = wake(build(task=task, modalities=modalities))
    features = random_features(6, (3, 5, 2)[:modalities])
    output = model.mix(features, model.replaced(features))
    said = output.expert_logits[:, 0]
    assert torch.equal(output.weights, model.gate(features, None, said))
    torch.testing.assert_close(output.logits, torch.einsum("be,ebc->bc", output.weights, said))
    torch.testing.assert_close(model.mix([f[:2] for f in features]).weights, output.weights[:2])


def test_known_embeddings_change_nothing():
    model, features = wake(build()), random_features(6)
    said = answers(model)
    known = model.gate.embed(features)
    torch.testing.assert_close(model.weigh(features, said, known), model.weigh(features, said))


def test_the_gate_teaches_the_experts_nothing_but_its_explanation_reaches_them():
    model, features = wake(build()), random_features(6)
    said = answers(model).requires_grad_()
    model.train()
    (slope,) = torch.autograd.grad(model.weigh(features, said)[:, 0].sum(), said, allow_unused=True)
    assert slope is None
    model.eval()
    (slope,) = torch.autograd.grad(model.weigh(features, said)[:, 0].sum(), said)
    assert slope.abs().max() > 1e-4


def test_a_gate_that_sees_answers_must_be_given_them():
    with pytest.raises(ValueError, match="needs their logits"):
        build().gate(random_features(2))


def test_settings_from_before_the_option_build_the_plain_gate():
    old = {k: v for k, v in to_dict(tiny_model_config()).items() if k != "gate_sees_answers"}
    assert build_model(from_dict(ModelConfig, old), array_info()).gate.view is None


@pytest.mark.parametrize("recipe", ["paper", "faithful"])
@pytest.mark.parametrize("task", TASKS)
def test_it_learns_with_every_recipe(recipe, task):
    data = tiny_data(task)
    config = tiny_config(recipe, tiny_model_config(gate_sees_answers=True), epochs=3, expert_epochs=3)
    model = tiny_model(config, data)
    fit(model, data, config)
    assert model.gate.view.outer.weight.abs().max() > 0


def test_the_probe_phase_is_the_same_bit_for_bit():
    data, trained = tiny_data(), []
    for sees in (False, True):
        config = tiny_config("faithful", tiny_model_config(gate_sees_answers=sees, dropout=0.3))
        trained.append(tiny_model(config, data))
        fit(trained[-1], data, config)
    plain, aware = (model.state_dict() for model in trained)
    for name in plain:
        if name.startswith(("encoders", "probes", "missing")):
            assert torch.equal(plain[name], aware[name]), name
