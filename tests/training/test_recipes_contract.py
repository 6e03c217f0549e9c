"""What every entry of RECIPES and METHODS promises, for every task."""

import re

import pytest
import torch
from parts import TASKS, picture_data, tiny_config, tiny_data, tiny_model, tiny_model_config

from i2moe_core.errors import InputError
from i2moe_core.losses.interaction import (
    SIMILARITIES,
    SPACES,
    interaction_losses,
    synergy_loss,
    uniqueness_loss,
)
from i2moe_core.losses.task import task_loss
from i2moe_core.registry import describe
from i2moe_core.training.fit import fit
from i2moe_core.training.methods import METHODS
from i2moe_core.training.recipes import RECIPES
from i2moe_core.training.step import evaluate, hide_modalities, parameters, train_step

EACH = pytest.mark.parametrize("recipe", RECIPES)


def score(model, phase, data):
    with torch.no_grad():
        losses, _ = evaluate(model.eval(), phase, data.batches(data.samples.rows("train"), 64), 0)
    return losses


@EACH
@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize(("modalities", "missing"), [(2, 0.0), (2, 0.3), (3, 0.3)])
def test_one_epoch_lowers_the_loss(recipe, task, modalities, missing):
    data = tiny_data(task, modalities=modalities, missing=missing, size=120)
    config = tiny_config(recipe, missing_rate=missing / 3)
    model = tiny_model(config, data)
    scale = float(data.targets.std()) if task == "regression" else 1.0
    for phase in RECIPES[recipe](config.training, scale).phases():
        before = score(model, phase, data)
        optimizer = torch.optim.AdamW(parameters(model, phase), 1e-2)
        generator = torch.Generator().manual_seed(0)
        for batch in data.batches(data.samples.rows("train"), 16, generator):
            given = hide_modalities(batch, missing / 3, generator)
            losses = train_step(model, phase, [], given, optimizer, 2.0, "fp32")
            assert all(torch.isfinite(torch.tensor(v)) for v in losses.values())
        after = score(model, phase, data)
        assert set(after) == set(before)
        assert sum(after.values()) < sum(before.values())


@EACH
def test_it_is_described_and_refuses_unknown_options(recipe):
    assert len(describe(RECIPES[recipe])) > 20
    with pytest.raises(InputError, match=f"Recipe '{recipe}' has no option 'margni'"):
        RECIPES[recipe](tiny_config(recipe, recipe_options={"margni": 1}).training)


@EACH
def test_validation_losses_repeat(recipe):
    data, config = tiny_data(), tiny_config(recipe, tiny_model_config(replacement="random"))
    model = tiny_model(config, data)
    for phase in RECIPES[recipe](config.training).phases():
        first = score(model, phase, data)
        torch.randn(3)
        assert score(model, phase, data) == first


def test_the_paper_recipe_is_the_published_sum():
    data = tiny_data(modalities=3)
    options = {"lambda": 0.7, "margin": 0.3, "norm": 1.0}
    config = tiny_config("paper", tiny_model_config(replacement="zero"), recipe_options=options)
    model, batch = tiny_model(config, data).eval(), data.batch(range(10))
    (phase,) = RECIPES["paper"](config.training).phases()
    losses = phase.losses(model, model.encode(batch), batch, None)
    output = model.mix(model.encode(batch), model.replaced(model.encode(batch)))
    expected = task_loss("multiclass", output.logits, batch.targets).mean()
    expected = expected + 0.7 / 5 * sum(interaction_losses(output.expert_logits, 0.3, 1.0).values())
    torch.testing.assert_close(sum(losses.values()), expected)
    assert list(losses) == ["task", "unique:0", "unique:1", "unique:2", "synergy", "redundancy"]


@pytest.mark.parametrize("similarity", SIMILARITIES)
@pytest.mark.parametrize("space", SPACES)
def test_the_paper_recipe_takes_every_similarity_and_space(similarity, space):
    options = {"similarity": similarity, "space": space, "margin": 0.5}
    data, config = tiny_data(), tiny_config("paper", recipe_options=options)
    model, batch = tiny_model(config, data).eval(), data.batch(range(10))
    (phase,) = RECIPES["paper"](config.training).phases()
    losses = phase.losses(model, model.encode(batch), batch, torch.Generator().manual_seed(0))
    replaced = model.replaced(model.encode(batch), torch.Generator().manual_seed(0))
    passes = model.mix(model.encode(batch), replaced).expert_logits
    expected = 0.5 / 4 * synergy_loss(passes[2], similarity)
    torch.testing.assert_close(losses["synergy"], expected)
    torch.testing.assert_close(losses["unique:1"], 0.5 / 4 * uniqueness_loss(passes[1], 1, 0.5, 2.0, space))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"similarity": "cosin"}, "Unknown similarity of recipe 'paper' 'cosin'. Did you mean 'cosine'?"),
        ({"space": "logit"}, "Did you mean 'logits'?"),
        ({"margni": 1}, "Did you mean 'margin'?"),
        ({"margin": -1}, "The margin of recipe 'paper' must be a number from 0, but is -1."),
        ({"norm": 0.5}, "The norm of recipe 'paper' must be a number from 1, but is 0.5."),
        ({"lambda": "much"}, "must be a number from 0, but is 'much'"),
        ({"norm": float("inf")}, "must be a number from 1, but is inf"),
    ],
)
def test_the_paper_recipe_refuses_wrong_options_with_a_suggestion(options, said):
    with pytest.raises(InputError, match=re.escape(said)):
        RECIPES["paper"](tiny_config("paper", recipe_options=options).training)


def test_in_the_faithful_recipe_the_task_does_not_move_the_gate_nor_the_gate_the_encoders():
    data, config = tiny_data(), tiny_config()
    model, batch = tiny_model(config, data), data.batch(range(10))
    phase = RECIPES["faithful"](config.training).phases()[1]
    losses = phase.losses(model, model.encode(batch), batch, None)
    gate = list(model.gate.parameters())
    for name, loss in losses.items():
        moved = torch.autograd.grad(loss, gate, retain_graph=True, allow_unused=True)
        assert any(g is not None for g in moved) == (name == "gate")
    experts = torch.autograd.grad(losses["gate"], list(model.experts.parameters()), allow_unused=True)
    assert all(g is None for g in experts)


def test_the_faithful_targets_do_not_learn():
    data, config = tiny_data(), tiny_config()
    model, batch = tiny_model(config, data), data.batch(range(10))
    phase = RECIPES["faithful"](config.training).phases()[1]
    losses = phase.losses(model, [f.detach() for f in model.encode(batch)], batch, None)
    probes = torch.autograd.grad(sum(losses.values()), list(model.probes.parameters()), allow_unused=True)
    assert all(g is None for g in probes)


@pytest.mark.parametrize("name", METHODS)
def test_every_method_trains_beside_every_recipe(name):
    assert len(describe(METHODS[name])) > 20
    options = {"alignment": {"modality": "x1"}}.get(name, {})
    for recipe in RECIPES:
        config = tiny_config(recipe, tiny_model_config("cross_attention"), methods={name: options})
        data = picture_data(48) if name == "jigsaw" else tiny_data(size=48)
        model = tiny_model(config, data)
        history = fit(model, data, config).frame()
        assert history.score.notna().all()
        assert all(p.isfinite().all() for p in model.parameters())


def test_alignment_adds_its_loss_where_the_encoders_learn():
    config = tiny_config(
        model=tiny_model_config("cross_attention"), methods={"alignment": {"modality": "x1"}}
    )
    data = tiny_data(size=48)
    history = fit(tiny_model(config, data), data, config).frame()
    assert history["train.alignment"].notna().tolist() == [True, True, False, False]


def test_alignment_refuses_a_modality_that_is_not_there_and_a_negative_weight():
    config = tiny_config(methods={"alignment": {}})
    data = tiny_data(size=48)
    with pytest.raises(InputError, match="modality 'image', but the data has: x1, x2"):
        fit(tiny_model(config, data), data, config)
    with pytest.raises(InputError, match="must not be negative"):
        METHODS["alignment"](weight=-1.0)
