"""Disagreement among experts, from closed forms."""

import numpy as np
import pytest

from i2moe_core.measures.disagreement import (
    answer_variance,
    jensen_shannon,
    pairwise_jensen_shannon,
    sign_split,
    vote_entropy,
)

SAME = np.tile([0.2, 0.3, 0.5], (4, 1))
APART = np.eye(4)


def test_divergence_from_none_to_full():
    assert jensen_shannon(SAME) == pytest.approx(0)
    assert jensen_shannon(APART) == pytest.approx(1)


def test_divergence_of_two_halves_is_half_of_four():
    # Two experts certain of A, two of B: log 2 / log 4.
    assert jensen_shannon(np.eye(2)[[0, 0, 1, 1]]) == pytest.approx(0.5)


def test_divergence_of_a_biased_pair_in_closed_form():
    p, q = np.array([0.9, 0.1]), np.array([0.5, 0.5])
    entropy = lambda x: -(x * np.log2(x)).sum()  # noqa: E731
    expected = entropy((p + q) / 2) - (entropy(p) + entropy(q)) / 2
    assert jensen_shannon(np.stack([p, q])) == pytest.approx(expected)
    assert pairwise_jensen_shannon(np.stack([p, q]))[0, 1] == pytest.approx(expected)


def test_pairs_are_symmetric_with_an_empty_diagonal():
    pairs = pairwise_jensen_shannon(np.eye(3)[[0, 0, 1]])
    np.testing.assert_allclose(pairs, [[0, 0, 1], [0, 0, 1], [1, 1, 0]], atol=1e-12)


def test_samples_are_kept_apart():
    both = np.stack([SAME[:, :3], np.eye(3)[[0, 0, 1, 1]]], axis=1)  # (4, 2, 3)
    np.testing.assert_allclose(jensen_shannon(both), [0, 0.5], atol=1e-12)


def test_vote_entropy_from_one_voice_to_as_many_as_fit():
    assert vote_entropy(np.array([2, 2, 2, 2]), 3) == 0
    assert vote_entropy(np.array([0, 1, 2, 3]), 4) == pytest.approx(1)
    assert vote_entropy(np.array([0, 1, 2, 0]), 3) == pytest.approx(1)  # four votes cannot be more even
    assert vote_entropy(np.array([0, 0, 1, 1]), 2) == pytest.approx(1)
    assert vote_entropy(np.array([0, 0, 0, 1]), 2) == pytest.approx(0.8112781, abs=1e-6)


def test_variance_of_answers_under_the_weights():
    weights, answers = np.array([0.25, 0.75]), np.array([[0.0, 1.0], [4.0, 1.0]])
    np.testing.assert_allclose(answer_variance(weights, answers), [3.0, 0.0])


def test_sign_split_ignores_a_shift_of_all_classes():
    given = np.array([[1.0, -1.0], [3.0, 1.0], [-2.0, 2.0]])
    np.testing.assert_allclose(sign_split(given), [2 / 3, 1 / 3])
    np.testing.assert_allclose(sign_split(given + 100), [2 / 3, 1 / 3])


def test_sign_split_of_one_quantity_is_its_sign():
    np.testing.assert_allclose(sign_split(np.array([[1.0], [-1.0], [2.0], [3.0]])), [0.75])
