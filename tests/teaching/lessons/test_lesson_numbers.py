"""The smaller lessons' numbers: gate, disagreement, fusions, by hand and by properties."""

import inspect

import numpy as np
import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from i2moe_core.fusion import FUSIONS
from i2moe_core.measures.disagreement import jensen_shannon
from i2moe_core.teaching.glossary import GLOSSARY
from i2moe_core.teaching.lessons.family import TOKENS, family_costs, formula, fusion_cost
from i2moe_core.teaching.lessons.gate import effective_experts, scores_of, weights_at
from i2moe_core.teaching.lessons.two_views import FIRST, compare, entropy_share, second_answer
from i2moe_core.types import Features


@pytest.mark.parametrize("trained", [0.5, 1.0, 3.0])
def test_the_gates_own_temperature_gives_its_own_weights(trained):
    weights = np.array([0.7, 0.2, 0.05, 0.05])
    np.testing.assert_allclose(weights_at(scores_of(weights, trained), trained), weights, atol=1e-12)


def test_a_softmax_by_hand():
    assert weights_at(np.array([np.log(4.0), 0.0]), 1.0) == pytest.approx([0.8, 0.2])
    assert weights_at(np.array([np.log(4.0), 0.0]), 0.5) == pytest.approx([16 / 17, 1 / 17])
    assert weights_at(np.array([np.log(4.0), 0.0]), 1e6) == pytest.approx([0.5, 0.5], abs=1e-5)


def test_a_weight_of_zero_stays_finite():
    assert weights_at(scores_of(np.array([1.0, 0.0]), 1.0), 0.1) == pytest.approx([1, 0])


def test_experts_are_counted_by_the_weights_entropy():
    assert effective_experts(np.full(4, 0.25)) == pytest.approx(4)
    assert effective_experts(np.array([1.0, 0, 0])) == pytest.approx(1)


@pytest.mark.parametrize("belief", np.linspace(0, 1, 21))
def test_a_belief_is_a_distribution(belief):
    answer = second_answer(float(belief))
    assert answer.sum() == pytest.approx(1)
    assert answer.min() >= -1e-12


@pytest.mark.parametrize(("belief", "kind"), [(0.0, "contradict"), (0.5, "unknowing"), (0.9, "agree")])
def test_kinds_of_disagreement(belief, kind):
    found = compare(second_answer(belief))
    assert found.kind == kind
    assert found.divergence == pytest.approx(float(jensen_shannon(np.stack([FIRST, found.second]))))


def test_divergence_by_hand():
    same, apart = np.array([1.0, 0, 0]), np.array([0, 1.0, 0])
    assert compare(same, same).divergence == pytest.approx(0)
    assert compare(apart, same).divergence == pytest.approx(1)
    assert entropy_share(np.full(3, 1 / 3)) == pytest.approx(1)


def test_parameters_and_products_by_hand():
    linear = fusion_cost("linear", 16, 2)
    assert linear.parameters == 2 * 16 * 16 + 16
    assert linear.multiply_adds == 2 * 16 * 16
    concat = fusion_cost("concat", 16, 3)
    assert concat.multiply_adds == 3 * 16 * 16 + 16 * 16


@pytest.mark.parametrize("name", ["transformer", "bottleneck", "dual_stream", "dual_recurrent_attention"])
def test_what_runs_fused_on_a_cpu_is_counted_as_what_it_is(name):
    """On the meta device nothing is fused: torch's counter sees every product there."""
    with torch.device("meta"), torch.no_grad():
        fusion = FUSIONS[name](2, 32, 32).eval()
        tokens = torch.ones(1, TOKENS, 32)
        counter = FlopCounterMode(display=False)
        with counter:
            fusion(
                [Features(tokens, torch.ones(1, TOKENS, dtype=torch.bool), tokens.mean(1)) for _ in range(2)]
            )
    assert fusion_cost(name, 32, 2).multiply_adds == counter.get_total_flops() // 2


def test_all_fusions_are_there_with_what_they_say_of_themselves():
    costs = family_costs(16, 2)
    assert [cost.name for cost in costs] == list(FUSIONS)
    for cost in costs:
        assert cost.about == inspect.getdoc(FUSIONS[cost.name]).splitlines()[0]
        assert cost.parameters == sum(p.numel() for p in FUSIONS[cost.name](2, 16, 16).parameters())
    assert formula("concat") == "z = mlp([x_1; ...; x_M])"


def test_a_fusion_that_takes_no_such_number_has_no_cost(monkeypatch):
    monkeypatch.setattr(FUSIONS["concat"], "least", 3)
    cost = fusion_cost("concat", 16, 2)
    assert (cost.parameters, cost.multiply_adds) == (None, None)
    assert cost.family == "simple"


def test_every_word_is_one_sentence():
    assert len(GLOSSARY) >= 30
    for entry in GLOSSARY.values():
        assert entry.meaning.endswith(".")
        assert ". " not in entry.meaning
