"""The learning rate's shape, at its known points."""

import math

import pytest

from i2moe_core.training.schedule import one_cycle


def test_known_points():
    factors = [one_cycle(step, 100, 0.15) for step in range(100)]
    assert factors[0] == pytest.approx(1 / 15)
    assert factors[14] == 1.0
    assert factors[15] == 1.0
    assert one_cycle(15 + 85 // 2, 100, 0.15) == pytest.approx(0.5 * (1 + math.cos(math.pi * 42 / 85)))
    assert 0 < factors[99] < 0.001


def test_it_rises_then_falls():
    factors = [one_cycle(step, 40, 0.25) for step in range(40)]
    assert factors[:10] == sorted(factors[:10])
    assert factors[10:] == sorted(factors[10:], reverse=True)


@pytest.mark.parametrize(("total", "warmup"), [(1, 0.15), (2, 0.0), (3, 1.0)])
def test_short_trainings_have_a_rate_above_zero(total, warmup):
    assert all(0 < one_cycle(step, total, warmup) <= 1 for step in range(total))
