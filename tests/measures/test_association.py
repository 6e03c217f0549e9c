"""Rank correlation against scipy, ties and gaps included; the resampled statistic is the real one."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from i2moe_core.measures.association import rank_correlation


def test_by_hand():
    # Differences of ranks 0, 1, 1, 0: 1 - 6 * 2 / (4 * 15).
    found = rank_correlation(np.array([1.0, 2, 3, 4]), np.array([10.0, 30, 20, 40]))
    assert found.value == pytest.approx(0.8)
    assert found.samples == 4


@pytest.mark.parametrize("values", [3, 10, 1000])
def test_ties_as_scipy_ranks_them(values):
    random = np.random.default_rng(values)
    a, b = random.integers(0, values, (2, 200)).astype(float)
    b += a
    assert rank_correlation(a, b).value == pytest.approx(spearmanr(a, b).statistic)


def test_the_bootstrap_is_that_of_drawing_samples_again():
    random = np.random.default_rng(0)
    a = random.integers(0, 8, 60).astype(float)
    b = a + random.integers(0, 8, 60)
    drawn = [spearmanr(a[rows], b[rows]).statistic for rows in random.integers(60, size=(2000, 60))]
    found = rank_correlation(a, b, draws=1000)
    assert [found.low, found.high] == pytest.approx(np.quantile(drawn, [0.025, 0.975]), abs=0.03)
    assert found == rank_correlation(a, b, draws=1000)


def test_many_samples_take_the_formula():
    random = np.random.default_rng(0)
    a = random.normal(size=2_001)
    found = rank_correlation(a, a + random.normal(size=2_001))
    half = 1.959963985 * np.sqrt((1 + found.value**2 / 2) / 1_998)
    assert np.arctanh([found.low, found.high]) == pytest.approx(
        np.arctanh(found.value) + np.array([-half, half])
    )


def test_gaps_are_left_out():
    a, b = np.array([1.0, np.nan, 2, 3, 9]), np.array([1.0, 5, 2, 3, np.nan])
    assert rank_correlation(a, b).samples == 3
    assert rank_correlation(a, b).value == pytest.approx(1)


def test_what_never_changes_has_no_correlation():
    found = rank_correlation(np.ones(20), np.arange(20.0))
    assert np.isnan([found.value, found.low, found.high]).all()
    assert np.isnan(rank_correlation(np.arange(2.0), np.arange(2.0)).value)


def test_a_perfect_line_of_any_length_is_one():
    for size in (50, 20_000):
        found = rank_correlation(np.arange(size), np.exp(np.arange(size) / size))
        assert (found.value, found.low, found.high) == pytest.approx((1, 1, 1))
