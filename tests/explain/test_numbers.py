"""Rounded sums that close."""

import numpy as np
import pytest

from i2moe_core.explain.numbers import rounded_to_sum


def test_by_hand():
    shown, total = rounded_to_sum([1 / 3, 1 / 3, 1 / 3], 1.0, 2)
    assert shown.tolist() == [0.34, 0.33, 0.33]
    assert total == 1.0
    shown, total = rounded_to_sum([-0.244, 3.603], 3.359, 2)
    assert shown.tolist() == [-0.24, 3.6]
    assert total == 3.36


@pytest.mark.parametrize("digits", [2, 3, 4])
def test_what_is_shown_adds_up_and_no_part_is_off_by_a_unit(digits):
    rng = np.random.default_rng(digits)
    for size in range(1, 9):
        parts = rng.normal(0, 3, size)
        total = float(parts.sum())
        shown, whole = rounded_to_sum(parts, total, digits)
        unit = 10.0**-digits
        assert round(sum(round(part / unit) for part in shown)) == round(whole / unit)
        assert np.abs(shown - parts).max() < unit
        assert whole == pytest.approx(total, abs=unit / 2 + 1e-12)


def test_nothing_has_a_sign_of_its_own_when_it_is_zero():
    shown, total = rounded_to_sum([-0.0001, 0.0001], 0.0, 2)
    assert not np.signbit(shown[shown == 0]).any()
    assert total == 0.0
