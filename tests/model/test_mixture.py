"""The mixture: its sum, its weights, what masked experts see, missing modalities, building it."""

from dataclasses import replace

import pytest
import torch
from parts import TASKS, array_encoder, array_info, random_features, tiny_model_config

from i2moe_core.errors import InputError
from i2moe_core.fusion import FUSIONS
from i2moe_core.model.build import build_model
from i2moe_core.model.gate import Gate
from i2moe_core.types import Batch


def build(task="multiclass", modalities=2, vanilla=False, **options):
    torch.manual_seed(0)
    return build_model(tiny_model_config(**options), array_info(task, modalities), vanilla).eval()


def batch(size=6, modalities=2, seed=0, absent=()):
    generator = torch.Generator().manual_seed(seed)
    inputs = {f"x{m + 1}": torch.randn(size, 4, generator=generator) for m in range(modalities)}
    present = torch.ones(size, modalities, dtype=torch.bool)
    for row, m in absent:
        present[row, m] = False
        inputs[f"x{m + 1}"][row] = 0
    return Batch(tuple(str(n) for n in range(size)), inputs, present)


@pytest.mark.parametrize("fusion", FUSIONS)
@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("modalities", [2, 3])
def test_logits_are_the_weighted_sum_of_the_experts(fusion, task, modalities):
    output = build(task, modalities, fusion=fusion)(batch(modalities=modalities))
    classes, experts = (1 if task == "regression" else 3), modalities + 2
    assert output.weights.shape == (6, experts)
    assert output.expert_logits.shape == (experts, 1, 6, classes)
    total = sum(output.weights[:, k, None] * output.expert_logits[k, 0] for k in range(experts))
    torch.testing.assert_close(output.logits, total, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(output.weights.sum(1), torch.ones(6))


@pytest.mark.parametrize("fusion", FUSIONS)
@pytest.mark.parametrize("modalities", [2, 3])
def test_a_masked_expert_is_deaf_to_the_others_bit_for_bit(fusion, modalities):
    model, given = build(modalities=modalities, fusion=fusion), batch(modalities=modalities)
    before = model(given).expert_logits
    for m in range(modalities):
        changed = replace(given, inputs={**given.inputs, f"x{m + 1}": given.inputs[f"x{m + 1}"] + 3})
        after = model(changed).expert_logits
        for k in range(modalities):
            assert torch.equal(after[k], before[k]) == (k != m)
        assert not torch.equal(after[modalities], before[modalities])
        assert not torch.equal(after[modalities + 1], before[modalities + 1])


def test_an_unmasked_expert_hears_all():
    model, given = build(masked_uniqueness=False), batch()
    changed = replace(given, inputs={**given.inputs, "x2": given.inputs["x2"] + 3})
    assert not torch.equal(model(changed).expert_logits[0], model(given).expert_logits[0])


def test_pass_1_plus_m_has_modality_m_replaced():
    model, given = build(), batch()
    features, other = model.encode(given), model.encode(batch(seed=1))
    passes = model.mix(features, other).expert_logits
    assert passes.shape == (4, 3, 6, 3)
    for m in range(2):
        swapped = [other[n] if n == m else features[n] for n in range(2)]
        expected = torch.stack([expert(swapped) for expert in model.experts])
        torch.testing.assert_close(passes[:, 1 + m], expected, atol=1e-6, rtol=1e-5)
    assert torch.equal(passes[0, 2], passes[0, 0])  # x1's expert never saw x2


def test_the_weights_are_those_of_the_full_pass():
    model, given = build(), batch()
    features = model.encode(given)
    with_passes = model.mix(features, model.replaced(features)).weights
    assert torch.equal(with_passes, model(given).weights)


@pytest.mark.parametrize("fusion", FUSIONS)
def test_a_missing_modality_hides_whatever_lies_there(fusion):
    model, given = build(fusion=fusion), batch(absent=[(2, 1)])
    noisy = replace(given, inputs={**given.inputs, "x2": given.inputs["x2"].clone()})
    noisy.inputs["x2"][2] = 9
    assert torch.equal(model(noisy).logits[2], model(given).logits[2])
    assert model(given).logits.isfinite().all()


@pytest.mark.parametrize("vanilla", [False, True])
def test_a_sample_alone_is_a_sample_in_a_batch_also_with_a_missing_part(vanilla):
    model, given = build(vanilla=vanilla), batch(absent=[(2, 1), (3, 0)])
    together = model(given).logits
    for row in range(6):
        part = Batch(
            given.ids[row : row + 1],
            {k: v[row : row + 1] for k, v in given.inputs.items()},
            given.present[row : row + 1],
        )
        torch.testing.assert_close(model(part).logits[0], together[row], atol=1e-6, rtol=1e-5)


def test_the_single_fusion_answers_in_the_mixtures_shapes():
    output = build(vanilla=True)(batch())
    assert output.expert_logits.shape == (1, 1, 6, 3)
    assert torch.equal(output.expert_logits[0, 0], output.logits)
    assert output.weights.tolist() == [[1.0]] * 6


def test_a_regression_starts_near_the_mean_in_its_own_units():
    output = build("regression")(batch(200))
    assert output.logits.shape == (200, 1)
    assert abs(output.logits.mean().item() - 50) < 20


def test_the_gate_is_a_softmax_with_temperature():
    torch.manual_seed(0)
    features = random_features(5)
    gate = Gate(2, 8, 4, temperature=1.0).eval()
    scores = gate.scores(features)
    torch.testing.assert_close(gate(features), scores.exp() / scores.exp().sum(1, keepdim=True))
    gate.temperature = 1e6
    torch.testing.assert_close(gate(features), torch.full((5, 4), 0.25), atol=1e-5, rtol=0)
    gate.temperature = 1e-4
    assert torch.equal(gate(features).argmax(1), scores.argmax(1))
    assert (gate(features).max(1).values > 0.999).all()


def test_the_published_gate_reads_mean_tokens_only():
    gate, features = Gate(2, 8, 4, pooling="mean", hidden=16, layers=2), random_features(3)
    assert not gate.pools
    expected = gate.network(gate.norm(torch.cat([f.pooled for f in features], 1)))
    torch.testing.assert_close(gate.scores(features), expected)
    assert sum(isinstance(part, torch.nn.Linear) for part in gate.network) == 3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"fusion": "concta"}, "Unknown fusion 'concta'. Did you mean 'concat'?"),
        ({"fusion_options": {"heads": 2}}, "Fusion 'concat' does not take these options"),
        ({"replacement": "noise"}, "Unknown replacement 'noise'"),
        ({"gate_pooling": "max"}, "gate_pooling must be 'attention' or 'mean', but is 'max'"),
        ({"temperature": 0.0}, "temperature must be above 0"),
        ({"encoders": {"x1": array_encoder(depth=3)}}, "Encoder 'array_mlp' of 'x1' does not take"),
    ],
)
def test_wrong_configurations_are_refused_by_name(options, message):
    with pytest.raises(InputError) as caught:
        build(**options)
    assert message in str(caught.value)


def test_one_modality_is_no_mixture():
    with pytest.raises(InputError, match="needs two modalities or more, but 'tiny' has 1"):
        build(modalities=1)
