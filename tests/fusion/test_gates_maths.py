"""The gate fusions against plain loops over samples, tokens and features, in float64."""

import math

import pytest
import torch
from parts import random_features

from i2moe_core.encoders.base import as_features
from i2moe_core.errors import InputError
from i2moe_core.fusion.gates import GATES

WIDTH, OUT, LENGTHS = 6, 5, (3, 4, 2)
PLACES = pytest.mark.parametrize(("count", "guide"), [(2, -1), (3, 0), (3, 1)])


def build(name, count, **options):
    torch.manual_seed(3)
    return GATES[name](count, WIDTH, OUT, **options).double().eval()


def doubles(count):
    features = random_features(4, LENGTHS[:count], WIDTH, padded=True)
    return [as_features(f.tokens.detach().double(), f.mask) for f in features]


def others(count, guide):
    return [m for m in range(count) if m != guide % count]


def same(actual, rows):
    torch.testing.assert_close(actual, torch.stack(rows), atol=1e-9, rtol=1e-9)


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


def linear(layer, x, first):
    """OUT numbers of a linear map, from output ``first`` on, number by number."""
    return [(layer.weight[first + k] @ x + layer.bias[first + k]).item() for k in range(OUT)]


@pytest.mark.parametrize(("count", "tied"), [(2, True), (2, False), (3, True), (1, True)])
def test_gmu_lets_each_feature_pass_by_its_gate(count, tied):
    fusion, features, rows = build("gmu", count, tied=tied), doubles(count), []
    one_gate = tied and count == 2
    for row in range(4):
        x = [f.pooled[row] for f in features]
        z = [0.0] * OUT
        for m in range(count):
            hidden = [math.tanh(h) for h in linear(fusion.projections[m], x[m], 0)]
            first = OUT if one_gate else (1 + m) * OUT
            parts = [linear(fusion.projections[n], x[n], first) for n in range(count)]
            for k in range(OUT):
                gate = sigmoid(sum(part[k] for part in parts))
                z[k] += (1 - gate if one_gate and m == 1 else gate) * hidden[k]
        rows.append(torch.tensor(z, dtype=torch.float64))
    same(fusion(features), rows)


@PLACES
def test_film_scales_and_shifts_each_feature_of_each_token(count, guide):
    fusion, features, rows = build("film", count, guide=guide, blocks=2), doubles(count), []
    question = fusion.question(features)
    for row in range(4):
        greatest = []
        for stack, m in zip(fusion.stacks, others(count, guide), strict=True):
            tokens = list(features[m].tokens[row][features[m].mask[row]])
            for block in stack:
                modulation = block.of_guide(question[row])
                tokens = [modulated(block, x, modulation) for x in tokens]
            greatest += [max(x[k] for x in tokens) for k in range(WIDTH)]
        rows.append(fusion.close(torch.stack(greatest)))
    same(fusion(features), rows)


def modulated(block, x, modulation):
    """One token after one block, feature by feature."""
    hidden = [max(h, torch.zeros_like(h)) for h in block.enter(x)]
    inner = block.inner(torch.stack(hidden))
    deviation = ((inner - inner.mean()).square().mean() + 1e-5).sqrt()
    result = []
    for k in range(WIDTH):
        value = (1 + modulation[k]) * (inner[k] - inner.mean()) / deviation + modulation[WIDTH + k]
        result.append(hidden[k] + max(value, torch.zeros_like(value)))
    return torch.stack(result)


@PLACES
def test_mrn_adds_products_to_the_guide_step_by_step(count, guide):
    fusion, features, rows = build("mrn", count, guide=guide), doubles(count), []
    question = fusion.question(features)
    for row in range(4):
        state = question[row]
        for step in range(3):
            added = fusion.shortcuts[step].weight @ state
            asked = torch.tanh(fusion.asks[step](state))
            for place, m in enumerate(others(count, guide)):
                first, _, second, _ = fusion.looks[place][step]
                seen = torch.tanh(second(torch.tanh(first(features[m].pooled[row]))))
                added = added + asked[place * WIDTH : (place + 1) * WIDTH] * seen
            state = added
        rows.append(fusion.close(state))
    same(fusion(features), rows)


@PLACES
def test_dynamic_parameters_are_the_explicit_hashed_matrix(count, guide):
    candidates = 7
    fusion = build("dynamic_parameter", count, guide=guide, candidates=candidates)
    torch.nn.init.normal_(fusion.bias)
    features, rows, used = doubles(count), [], set()
    question = fusion.question(features)
    for row in range(4):
        predicted, read = fusion.predict(question[row]), []
        for place, m in enumerate(others(count, guide)):
            own = predicted[place * candidates : (place + 1) * candidates]
            for i in range(WIDTH):
                total = fusion.bias[place, i]
                for j in range(WIDTH):
                    number = int(fusion.hashes[place, i, j]) - place * candidates
                    used.add(number)
                    sign = float(fusion.signs[place, i, j])
                    total = total + sign * own[number] / math.sqrt(WIDTH) * features[m].pooled[row, j]
                read.append(total)
        rows.append(fusion.close(torch.stack(read)))
    same(fusion(features), rows)
    assert used == set(range(candidates))
    assert set(fusion.signs.flatten().tolist()) == {-1.0, 1.0}


def test_hashed_weights_start_unbiased_and_of_the_right_size():
    """A candidate's places have random signs: over seeds, W x is 0 on average and as long as p is."""
    x, p = torch.randn(2, WIDTH, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    drawn = []
    for seed in range(300):
        fusion = build("dynamic_parameter", 2, candidates=WIDTH, seed=seed)
        drawn.append((p[fusion.hashes[0]] * fusion.signs[0]) @ x)
    values = torch.stack(drawn)
    error = values.std(0) / math.sqrt(len(drawn))
    assert (values.mean(0).abs() < 4 * error).all()
    square = values.square().mean(1)
    expected = float(p.square().mean() * x.square().sum())
    assert abs(float(square.mean()) - expected) < 4 * float(square.std()) / math.sqrt(len(drawn))


def test_hashes_come_from_the_seed_alone_and_are_saved():
    first = build("dynamic_parameter", 3)
    torch.manual_seed(99)
    second, other = GATES["dynamic_parameter"](3, WIDTH, OUT), build("dynamic_parameter", 3, seed=1)
    assert torch.equal(first.hashes, second.hashes)
    assert not torch.equal(first.hashes, other.hashes)
    other.load_state_dict(first.state_dict())
    assert torch.equal(other(doubles(3)), first(doubles(3)))


@pytest.mark.parametrize("name", ["film", "mrn", "dynamic_parameter"])
def test_who_guides_is_an_option(name):
    features = doubles(3)
    first, last = build(name, 3, guide=0), build(name, 3)
    assert (first.guide, last.guide) == (0, 2)
    assert not torch.allclose(first(features), last(features))
    with pytest.raises(InputError, match="guide"):
        build(name, 3, guide=3)


@pytest.mark.parametrize(
    ("name", "option"), [("film", "blocks"), ("mrn", "blocks"), ("dynamic_parameter", "candidates")]
)
def test_impossible_sizes_are_refused_by_name(name, option):
    with pytest.raises(InputError, match=option):
        build(name, 2, **{option: 0})


@pytest.mark.parametrize("name", GATES)
def test_what_was_computed_of_each_modality_before_changes_nothing(name):
    fusion, features = build(name, 3), doubles(3)
    embedded = [fusion.embed(m, f) for m, f in enumerate(features)]
    if name in {"gmu", "mrn"}:
        assert torch.equal(fusion(features, embedded), fusion(features))
    else:
        assert embedded == [None] * 3
