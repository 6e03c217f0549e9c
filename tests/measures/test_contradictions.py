"""Who contradicts whom, how far experts pull apart, and the four quadrants: by hand."""

import numpy as np
import pytest

from i2moe_core.measures.disagreement import contradictions, contribution_variance, quadrants, unanimous


def test_contradictions_by_hand():
    answers = np.array([[0, 1, 2, 0], [0, 1, 0, 1], [1, 1, 2, 0]])
    np.testing.assert_allclose(contradictions(answers), [[0, 0.5, 0.25], [0.5, 0, 0.75], [0.25, 0.75, 0]])


def test_only_what_both_answer_counts():
    answers = np.array([[0, 1, 2, 0], [0, 1, 0, 1]])
    answered = np.array([[True, True, True, False], [True, False, True, True]])
    assert contradictions(answers, answered)[0, 1] == 0.5  # of samples 0 and 2
    nobody = contradictions(answers, np.array([[True] * 4, [False] * 4]))
    assert np.isnan(nobody[0, 1])
    assert nobody[0, 0] == 0


def test_questions_of_many_labels_count_each():
    answers = np.array([[[1, 0], [1, 1]], [[1, 1], [1, 0]]])  # (2 experts, 2 samples, 2 labels)
    assert contradictions(answers)[0, 1] == 0.5


def test_variance_by_hand():
    weights = np.array([[0.25, 0.5], [0.75, 0.5]])  # (2 experts, 2 samples)
    logits = np.array([[[2.0, 0.0], [5.0, 5.0]], [[-2.0, 0.0], [1.0, 1.0]]])
    # Sample 0, centred: (1, -1) and (-1, 1): variance .25 * .75 * 2² in both classes. Sample 1: no pull.
    np.testing.assert_allclose(contribution_variance(weights, logits), [0.75, 0])


def test_variance_of_one_quantity_is_not_centred_away():
    assert contribution_variance(np.full((2, 1), 0.5), np.array([[[1.0]], [[3.0]]])).tolist() == [1]


def test_unequal_weights_alone_are_no_disagreement():
    logits = np.tile([1.0, -1.0], (3, 1, 1))
    assert contribution_variance(np.array([[0.8], [0.1], [0.1]]), logits) == pytest.approx(0)


def test_unanimous():
    assert unanimous(np.array([[1, 2, 0], [1, 2, 1], [1, 0, 1]])).tolist() == [True, False, False]


def test_quadrants_by_hand():
    agree = np.array([True, True, True, False, False, True])
    right = np.array([True, False, True, True, False, True])
    found = quadrants(agree, right)
    assert (found.agree_right, found.agree_wrong, found.disagree_right, found.disagree_wrong) == (3, 1, 1, 1)
    assert (found.accuracy_agree, found.accuracy_disagree) == (0.75, 0.5)
    assert np.isnan(quadrants(agree[:3], right[:3]).accuracy_disagree)
