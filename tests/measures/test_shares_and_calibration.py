"""Contribution shares and calibration, by hand."""

import numpy as np
import pytest

from i2moe_core.measures.calibration import brier_score, expected_calibration_error
from i2moe_core.measures.shares import contribution_shares


def test_shares_by_hand():
    weights = np.array([[0.5, 0.25, 0.25]])
    evidence = np.array([[[2.0, -2.0]], [[-4.0, 0.0]], [[0.0, 0.0]]])  # (3 experts, 1 sample, 2 classes)
    classes = np.array([[0.75, 0.25]])
    # .5 * (1.5 + .5) = 1, .25 * 3 = .75, 0
    np.testing.assert_allclose(contribution_shares(weights, evidence, classes), [[1 / 1.75, 0.75 / 1.75, 0]])


def test_against_the_answer_counts_as_much_as_for_it():
    evidence = np.array([[[1.0, 0.0]], [[-1.0, 0.0]]])
    shares = contribution_shares(np.array([[0.5, 0.5]]), evidence, np.array([[0.9, 0.1]]))
    np.testing.assert_allclose(shares, [[0.5, 0.5]])


def test_where_nobody_adds_anything_shares_are_equal():
    shares = contribution_shares(np.array([[0.9, 0.1]]), np.zeros((2, 1, 3)), np.full((1, 3), 1 / 3))
    np.testing.assert_allclose(shares, [[0.5, 0.5]])


def test_calibration_error_by_hand():
    probabilities = np.array([[0.8, 0.2]] * 5 + [[0.4, 0.6]] * 4)
    targets = np.array(
        [0, 0, 0, 0, 1, 1, 1, 0, 0]
    )  # .8 of the first right (gap 0), .5 of the second (gap .1)
    assert expected_calibration_error(probabilities, targets) == pytest.approx(4 / 9 * 0.1)


def test_certain_and_wrong_is_the_worst():
    certain = np.array([[1.0, 0.0], [1.0, 0.0]])
    assert expected_calibration_error(certain, np.array([1, 1])) == 1
    assert brier_score(certain, np.array([1, 1])) == 2
    assert brier_score(certain, np.array([0, 0])) == 0


def test_brier_of_an_even_guess():
    assert brier_score(np.full((3, 2), 0.5), np.array([0, 1, 1])) == pytest.approx(0.5)


def test_no_samples_are_no_number():
    assert np.isnan(expected_calibration_error(np.empty((0, 2)), np.empty(0, dtype=int)))
    assert np.isnan(brier_score(np.empty((0, 2)), np.empty(0, dtype=int)))
