"""Targets against numbers worked out by hand; keys that name nothing are refused by name."""

import math
from dataclasses import replace

import pytest
import torch

from i2moe_core.errors import InputError
from i2moe_core.explain.attribution.targets import (
    FORMS,
    Asked,
    default_targets,
    parse_target,
    subject_of,
)
from i2moe_core.types import MoEOutput

EXPERTS = ("unique:image", "unique:text", "synergy", "redundancy")


@pytest.fixture
def asked():
    return Asked("multiclass", EXPERTS, ("a", "b"), torch.tensor([0.5, 0.5]), 1.0)


@pytest.fixture
def output():
    """Two samples; the experts say (k, -k) for a and b, the weights are .1 .2 .3 .4."""
    weights = torch.tensor([[0.1, 0.2, 0.3, 0.4]] * 2)
    said = torch.stack([torch.tensor([[k + 1.0, 1.0 - k]] * 2) for k in range(4)]).unsqueeze(1)
    return MoEOutput(torch.einsum("be,ebc->bc", weights, said[:, 0]), weights, said)


def value(key, asked, output):
    return parse_target(key, asked).value(output).tolist()


def test_values_by_hand(asked, output):
    # Mixture: sum w k = 0 + .2 + .6 + 1.2 = 2, around a common level of 1, which centring takes away.
    assert value("answer/0", asked, output) == pytest.approx([2, 2])
    assert value("answer/1", asked, output) == pytest.approx([-2, -2])
    assert value("expert/redundancy/0", asked, output) == pytest.approx([3, 3])
    assert value("contribution/redundancy/0", asked, output) == pytest.approx([1.2, 1.2])
    assert value("gate/unique:text", asked, output) == pytest.approx([0.2, 0.2])
    assert value("difference/0/1", asked, output) == pytest.approx([4, 4])


def test_held_weights_do_not_move_with_the_sample(asked, output):
    held = replace(asked, weights=torch.tensor([0.7, 0.1, 0.1, 0.1]))
    # 0 + .1 + .2 + .3 with the held weights, whatever the versions' own weights are.
    assert value("answer/0", held, output) == pytest.approx([0.6, 0.6])
    assert value("contribution/redundancy/0", held, output) == pytest.approx([0.3, 0.3])
    assert value("difference/0/1", held, output) == pytest.approx([1.2, 1.2])
    assert value("logit/0", held, output) == pytest.approx([2, 2])
    assert value("gate/redundancy", held, output) == pytest.approx([0.4, 0.4])
    p = 1 / (1 + math.exp(-4))  # what is watched is what the mixture really says
    assert parse_target("answer/0", held).score(output)[0].item() == pytest.approx(p)


def test_contributions_sum_to_the_answer(asked, output):
    parts = [value(f"contribution/{name}/1", asked, output)[0] for name in EXPERTS]
    assert sum(parts) == pytest.approx(value("answer/1", asked, output)[0])


def test_scores_are_probabilities(asked, output):
    p = 1 / (1 + math.exp(-4))  # softmax of (3, -1)
    assert parse_target("answer/0", asked).score(output)[0].item() == pytest.approx(p)
    assert parse_target("difference/1/0", asked).score(output)[0].item() == pytest.approx(1 - p)
    own = 1 / (1 + math.exp(-6))
    assert parse_target("expert/redundancy/0", asked).score(output)[0].item() == pytest.approx(own)


def test_the_probability_is_attributed_as_it_is_scored(asked, output):
    p = 1 / (1 + math.exp(-4))
    assert value("probability/0", asked, output) == pytest.approx([p, p])
    assert parse_target("probability/0", asked).score(output).tolist() == pytest.approx([p, p])


def test_disagreement_by_hand():
    asked = Asked("multiclass", ("x", "y"), ("a", "b"), torch.tensor([0.5, 0.5]), 1.0)
    far = torch.tensor([[[[30.0, -30.0]]], [[[-30.0, 30.0]]]])  # each certain of another class
    said = MoEOutput(torch.zeros(1, 2), torch.tensor([[0.5, 0.5]]), far)
    assert value("disagreement", asked, said) == pytest.approx([1.0], abs=1e-6)
    same = MoEOutput(torch.zeros(1, 2), torch.tensor([[0.5, 0.5]]), far[[0, 0]])
    assert value("disagreement", asked, same) == pytest.approx([0.0], abs=1e-6)


def test_disagreement_has_a_finite_gradient_where_an_expert_is_certain():
    asked = Asked("multiclass", ("x", "y"), ("a", "b"), torch.tensor([0.5, 0.5]), 1.0)
    said = torch.tensor([[[[200.0, -200.0]]], [[[0.0, 0.0]]]], requires_grad=True)
    output = MoEOutput(torch.zeros(1, 2), torch.tensor([[0.5, 0.5]]), said)
    parse_target("disagreement", asked).value(output).sum().backward()
    assert torch.isfinite(said.grad).all()


def test_a_regression_is_scored_in_its_own_deviations():
    asked = Asked("regression", ("x",), ("price",), torch.tensor([50.0]), 10.0)
    output = MoEOutput(torch.tensor([[65.0]]), torch.ones(1, 1), torch.tensor([[[[65.0]]]]))
    target = parse_target("answer/0", asked)
    assert target.value(output).tolist() == [65.0]
    assert target.score(output).tolist() == [1.5]
    with pytest.raises(InputError, match="no probability"):
        parse_target("probability/0", asked)


def test_default_targets_are_the_answer_and_every_expert(asked):
    keys = default_targets(asked, 1)
    assert keys[0] == "answer/1"
    assert [parse_target(key, asked).expert for key in keys] == [None, *EXPERTS]


def test_every_form_is_read(asked):
    for form in FORMS:
        key = form.replace("NAME", "synergy").replace("CLASS", "0", 1).replace("CLASS", "1")
        assert parse_target(key, asked).key == key


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("answer/2", "class number '2'"),
        ("answer/-1", "class number '-1'"),
        ("answer/²", "class number '²'"),
        ("answer", "class number ''"),
        ("gate/jury", "no expert 'jury'"),
        ("expert/jury/0", "no expert 'jury'"),
        ("difference/0/0", "two classes"),
        ("disagreement/0", "Unknown target"),
        ("logits/0", "Unknown target 'logits/0'. Known forms: answer/CLASS"),
    ],
)
def test_refusals(asked, key, message):
    with pytest.raises(InputError, match=message.replace(".", r"\.")):
        parse_target(key, asked)


@pytest.mark.parametrize(
    ("key", "subject"),
    [
        ("expert/synergy:image+text/2", "synergy:image+text"),
        ("contribution/unique:image/0", "unique:image"),
        ("gate/synergy#2", "synergy#2"),
        ("answer/1", "answer/1"),
        ("difference/0/1", "difference/0/1"),
        ("disagreement", "disagreement"),
    ],
)
def test_a_link_calls_a_target_by_its_expert(key, subject):
    assert subject_of(key) == subject
