"""The numbers behind the figures, against values worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest
from made_up import made_explanation

from i2moe_core.ui import readings


def test_jensen_shannon_knows_its_ends():
    assert readings.jensen_shannon(np.array([1.0, 0]), np.array([0, 1.0])) == pytest.approx(1)
    assert readings.jensen_shannon(np.array([0.3, 0.7]), np.array([0.3, 0.7])) == 0
    # half of KL((1,0) || (3/4,1/4)) plus half of KL((1/2,1/2) || (3/4,1/4)), in bits
    value = (np.log2(4 / 3) + 0.5 * np.log2(2 / 3) + 0.5) / 2
    assert readings.jensen_shannon(np.array([1.0, 0]), np.array([0.5, 0.5])) == pytest.approx(value)


@pytest.mark.parametrize("task", ["multiclass", "multilabel"])
def test_distances_are_symmetric(task):
    distances = readings.pairwise_distances(made_explanation(task))
    np.testing.assert_allclose(distances, distances.T)
    assert np.all(np.diag(distances) == 0)
    assert 0 < distances.max() <= 1


def test_a_movement_is_the_total_variation():
    explanation = made_explanation()
    flipped = np.zeros_like(explanation.perturbed)
    flipped[..., 2] = 1.0
    moved = readings.movements(replace(explanation, perturbed=flipped))
    expected = [1 - expert.probabilities[2] for expert in explanation.experts]
    np.testing.assert_allclose(moved, np.tile(np.array(expected)[:, None], (1, 2)))


@pytest.mark.parametrize(
    ("name", "moves", "verdict"),
    [
        ("unique:image", [0.6, 0.0], True),
        ("unique:image", [0.0, 0.6], False),
        ("unique:image", [0.01, 0.0], False),
        ("unique:text", [0.0, 0.6], True),
        ("synergy", [0.4, 0.5], True),
        ("synergy", [0.4, 0.01], False),
        ("redundancy", [0.0, 0.0], None),
    ],
)
def test_reactions_are_judged_by_the_name(name, moves, verdict):
    assert readings.reacts_as_named(name, np.array(moves), ("image", "text")) is verdict


@pytest.mark.parametrize(
    ("name", "moves", "verdict"),
    [
        ("synergy:a+c", [0.4, 0.0, 0.5], True),
        ("synergy:a+c", [0.4, 0.5, 0.0], False),
        ("unique:b#2", [0.0, 0.4, 0.0], True),
        ("synergy#2", [0.4, 0.4, 0.0], False),
        ("redundancy:a+b", [0.4, 0.4, 0.0], None),
        ("synergy:a+d", [0.4, 0.4, 0.4], None),
    ],
)
def test_an_expert_of_some_inputs_is_judged_by_those(name, moves, verdict):
    assert readings.reacts_as_named(name, np.array(moves), ("a", "b", "c")) is verdict


def test_the_breakdown_closes():
    explanation = made_explanation()
    assert readings.parts_of(explanation, 1).sum() == pytest.approx(explanation.logits[1], abs=1e-5)
    lead = explanation.logits[0] - explanation.logits[2]
    assert readings.parts_of(explanation, 0, 2).sum() == pytest.approx(lead, abs=1e-5)


def test_pulls_are_centred():
    np.testing.assert_allclose(readings.pulls(made_explanation()).sum(axis=1), 0, atol=1e-12)


def test_weights_sum_to_one_or_nobody_answers():
    np.testing.assert_allclose(readings.normalised(np.array([20.0, 60.0])), [0.25, 0.75])
    assert readings.normalised(np.zeros(3)) is None
