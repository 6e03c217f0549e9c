"""Intervals against published values, closed forms and their own promise."""

import numpy as np
import pytest

from i2moe_core.measures.intervals import mean_interval, median_interval, share_interval, wilson_interval


def test_wilson_solves_its_equation():
    low, high = wilson_interval(81, 263)
    for end in (low, high):
        assert abs(81 / 263 - end) == pytest.approx(1.959963985 * np.sqrt(end * (1 - end) / 263))
    assert (low, high) == (pytest.approx(0.2553, abs=1e-4), pytest.approx(0.3662, abs=1e-4))  # Newcombe, 1998


def test_wilson_at_the_ends():
    z2 = 1.959963985**2
    np.testing.assert_allclose(wilson_interval(0, 10), [0, z2 / (10 + z2)], atol=1e-9)
    np.testing.assert_allclose(wilson_interval(10, 10), [10 / (10 + z2), 1], atol=1e-9)
    np.testing.assert_allclose(wilson_interval([0, 5], [0, 10])[0], [0, 1])


def test_means_of_columns_at_once():
    values = np.random.default_rng(0).normal([0, 5], [1, 2], size=(400, 2))
    ends = mean_interval(values)
    assert ends.shape == (2, 2)
    half = 1.96 * values.std(0) / 20
    np.testing.assert_allclose(ends[:, 1] - ends[:, 0], 2 * half, rtol=0.1)
    np.testing.assert_allclose(ends.mean(1), values.mean(0), atol=0.03)


def test_many_rows_take_the_normal_limit():
    values = np.random.default_rng(0).random(10_001)
    half = 1.959963985 * values.std(ddof=1) / np.sqrt(10_001)
    np.testing.assert_allclose(mean_interval(values), values.mean() + np.array([-half, half]))


def test_the_seed_decides():
    values = np.random.default_rng(0).random(50)
    assert np.array_equal(mean_interval(values, seed=3), mean_interval(values, seed=3))
    assert not np.array_equal(mean_interval(values, seed=3), mean_interval(values, seed=4))


def test_shares_have_binomial_spread():
    ends = share_interval(np.repeat([0, 1, 2], [600, 300, 100]), 4, draws=4000)
    assert ends.shape == (4, 2)
    spread = 1.96 * np.sqrt(np.array([0.6, 0.3, 0.1]) * np.array([0.4, 0.7, 0.9]) / 1000)
    np.testing.assert_allclose((ends[:3, 1] - ends[:3, 0]) / 2, spread, rtol=0.1)
    assert ends[3].tolist() == [0, 0]


def test_no_rows_are_no_interval():
    assert mean_interval(np.empty((0, 3))).shape == (3, 2)
    assert np.isnan(mean_interval(np.empty((0, 3)))).all()
    assert np.isnan(share_interval(np.empty(0, int), 2)).all()


def test_the_medians_interval_covers_as_often_as_it_says():
    random = np.random.default_rng(0)
    ends = np.stack([median_interval(random.exponential(size=60), draws=300, seed=n) for n in range(200)])
    covered = ((ends[:, 0] <= np.log(2)) & (np.log(2) <= ends[:, 1])).mean()
    assert 0.89 < covered <= 1
    assert np.isnan(median_interval(np.zeros(0))).all()
