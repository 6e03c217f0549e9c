"""Risk and coverage by hand and against every order of the ties; the sign of a score; its interval holds."""

from itertools import permutations

import numpy as np
import pytest

from i2moe_core.measures.selective import inverts, risk_coverage, score_sign


def area(errors):
    return float(np.mean(np.cumsum(errors) / np.arange(1, len(errors) + 1)))


def test_curve_by_hand():
    curve = risk_coverage(np.array([0.9, 0.8, 0.7, 0.6]), np.array([False, True, False, True]))
    assert curve.threshold.tolist() == [0.9, 0.8, 0.7, 0.6]
    assert curve.coverage.tolist() == [0.25, 0.5, 0.75, 1]
    assert curve.risk.tolist() == pytest.approx([0, 1 / 2, 1 / 3, 1 / 2])
    assert curve.aurc == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)
    assert curve.excess == pytest.approx(curve.aurc - (0 + 0 + 1 / 3 + 1 / 2) / 4)


def test_the_best_order_has_no_excess():
    error = np.array([0.0, 0.2, 0.9, 0.4])
    assert risk_coverage(-error, error).excess == pytest.approx(0)
    assert risk_coverage(error, error).excess > 0.1


def test_ties_count_as_the_mean_over_all_orders():
    score, error = np.array([2, 1, 1, 1, 0]), np.array([0, 1, 0, 1, 0])
    orders = [[0, *order, 4] for order in permutations([1, 2, 3])]
    curve = risk_coverage(score, error)
    assert curve.aurc == pytest.approx(np.mean([area(error[order]) for order in orders]))
    assert curve.coverage.tolist() == [0.2, 0.8, 1]  # only these can be had by a threshold


def test_a_constant_score_has_the_risk_of_answering_everything():
    curve = risk_coverage(np.ones(8), np.arange(8) < 3)
    assert curve.aurc == pytest.approx(3 / 8)
    assert curve.risk.tolist() == [3 / 8]


def test_no_samples_are_no_number():
    assert np.isnan(risk_coverage(np.empty(0), np.empty(0)).aurc)


def test_the_sign_by_hand():
    score, right = np.array([3, 2, 2, 1]), np.array([True, False, True, False])
    # Pairs right above wrong: (3 > 2), (3 > 1), (2 = 2) a half, (2 > 1).
    assert score_sign(score, right).value == pytest.approx(3.5 / 4)


def test_agreement_that_is_a_bad_sign_inverts():
    # The paper's MIMIC table: right 42% of the time when the experts agree, 75% when they do not.
    agree = np.repeat([1, 0], [151, 849])
    right = np.concatenate([np.arange(151) < 64, np.arange(849) < 635])
    assert inverts(agree, right)
    assert not inverts(agree, ~right)
    assert score_sign(agree, ~right).verdict == "good"


def test_few_samples_leave_it_open():
    assert score_sign(np.array([1, 0, 1, 0]), np.array([False, True, True, True])).verdict == "unclear"
    assert score_sign(np.array([1, 0]), np.array([True, True])).verdict == "unclear"


def test_the_interval_holds_the_true_value_about_as_often_as_it_says():
    random = np.random.default_rng(0)
    held = 0
    for trial in range(200):
        right = random.random(150) < 0.6
        found = score_sign(random.normal(size=150) + right, right, draws=300, seed=trial)
        held += found.low <= 0.7602499 <= found.high  # Phi(1 / sqrt 2)
    assert 0.90 <= held / 200 <= 0.99


def test_many_scores_are_grouped_without_moving_the_value():
    random = np.random.default_rng(1)
    right = random.random(50_000) < 0.7
    score = random.normal(size=50_000) + right
    assert score_sign(score, right).value == pytest.approx(0.7602499, abs=0.006)
