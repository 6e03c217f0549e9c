"""Recovery scores: 1 for weights that name the truth, chance for those that never change; by hand."""

import numpy as np
import pytest

from i2moe_core.measures.recovery import balanced_argmax, irs, leak, type_auroc

TRUTH = np.array([0, 0, 1, 1, 2, 2, 3, 3])
PERFECT = 0.7 * np.eye(4)[TRUTH] + 0.075
CONSTANT = np.tile([0.4, 0.3, 0.2, 0.1], (8, 1))


def test_perfect_weights_score_one():
    assert balanced_argmax(PERFECT, TRUTH) == 1
    assert type_auroc(PERFECT, TRUTH) == 1


def test_constant_weights_are_at_chance():
    assert balanced_argmax(CONSTANT, TRUTH) == 0.25
    assert type_auroc(CONSTANT, TRUTH) == 0.5


def test_argmax_counts_every_type_alike():
    truth = np.array([0] * 8 + [1, 1])
    scores = np.eye(2)[[0] * 8 + [0, 1]]
    assert balanced_argmax(scores, truth) == pytest.approx((1.0 + 0.5) / 2)  # not 9 of 10


def test_auroc_by_hand():
    scores = np.array([[0.9, 0.1], [0.4, 0.6], [0.5, 0.5], [0.2, 0.8]])
    # Type 0 against 1: pairs (.9 > .5), (.9 > .2), (.4 < .5), (.4 > .2): 3 of 4; the mirror image for type 1.
    assert type_auroc(scores, np.array([0, 0, 1, 1])) == pytest.approx(0.75)


def test_no_samples_and_one_type_are_unknown():
    assert balanced_argmax(np.empty((0, 4)), np.empty(0, dtype=int)) is None
    assert type_auroc(PERFECT, np.zeros(8, dtype=int)) is None


def test_leak_of_a_weight_that_is_the_prediction():
    predictions = np.array([0, 1, 2, 0, 1, 2])
    weights = np.full((6, 2), 0.5)
    assert leak(weights, predictions) == 0.5
    weights[:, 1] = predictions == 2
    assert leak(weights, predictions) == 1


def test_leak_of_two_classes_sees_falling_weights_too():
    predictions = np.array([0, 0, 1, 1])
    assert leak(np.array([[0.9], [0.8], [0.3], [0.2]]), predictions) == 1


def test_leak_needs_two_predicted_classes():
    assert leak(PERFECT, np.zeros(8, dtype=int)) is None


@pytest.mark.parametrize(
    ("argmax", "roles", "expected"),
    [
        (1.0, [1, 1, 1, 1], 1.0),
        (0.25, [1, 1, 1, 1], 0.0),
        (0.1, [1, 1, 1, 1], 0.0),
        (1.0, [0, 0, 0, 0], 0.0),
        (0.25, [0, 0, 0, 0], 0.0),
        (0.625, [1, 1, 1, 0], 2 * 0.5 * 0.75 / 1.25),
        (1.0, [1, None, 0.5, None], 2 * 0.75 / 1.75),
    ],
)
def test_irs_is_the_harmonic_mean_of_naming_and_doing(argmax, roles, expected):
    assert irs(argmax, roles, 4) == pytest.approx(expected)


def test_irs_without_truth_or_roles_is_unknown():
    assert irs(None, [1.0], 4) is None
    assert irs(1.0, [None, None], 4) is None
