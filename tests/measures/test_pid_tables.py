"""From samples to joint tables, by hand; what chance shows is what the formula says it should."""

import math

import numpy as np
import pytest

from i2moe_core.errors import InputError
from i2moe_core.measures.pid.tables import binned, chance_parts, joint_table, miller_madow, most_frequent


def test_counts_by_hand():
    table = joint_table(np.array(["b", "a", "b"]), np.array([5, 5, 9]), np.array([0, 1, 0]))
    assert table.shape == (2, 2, 2)
    assert table[1, 0, 0] == 1  # b, 5, 0
    assert table[0, 0, 1] == 1  # a, 5, 1
    assert table[1, 1, 0] == 1  # b, 9, 0
    assert table.sum() == 3


@pytest.mark.parametrize("length", [0, 2])
def test_columns_of_no_or_unequal_length_are_refused(length):
    with pytest.raises(InputError, match="give three equal columns"):
        joint_table(np.zeros(length), np.zeros(0), np.zeros(length))


def test_bins_hold_equally_many_and_keep_ties_together():
    assert np.bincount(binned(np.random.default_rng(0).random(300), 3)).tolist() == [100, 100, 100]
    assert binned(np.array([0.0, 0.0, 0.0, 1.0, 1.0]), 2).tolist() == [0, 0, 0, 1, 1]
    assert binned(np.array([1.0, 1.0, 0.0, 1.0, 0.0]), 2).tolist() == [1, 1, 0, 1, 0]


def test_rare_codes_are_merged():
    assert most_frequent(np.array([7, 7, 3, 3, 3, 1, 2]), 2).tolist() == [7, 7, 3, 3, 3, -1, -1]
    assert most_frequent(np.array([0, 1]), 5).tolist() == [0, 1]


def test_bias_by_hand():
    # 4 pairs, 2 and 2 values of 100 samples: (4 - 2 - 2 + 1) / (200 ln 2)
    assert miller_madow(np.array([[30, 20], [10, 40]])) == pytest.approx(1 / (200 * math.log(2)))
    assert miller_madow(np.array([[50, 0], [0, 50]])) == pytest.approx(-1 / (200 * math.log(2)))


def test_chance_shows_as_much_information_as_the_bias_says():
    random = np.random.default_rng(0)
    a, b, y = (random.integers(0, 2, 400) for _ in range(3))
    parts = chance_parts(a, b, y, 200, seed=1)
    assert parts.shape == (200, 4)
    joint = joint_table(a, b, y).reshape(4, 2)
    assert parts.sum(1).mean() == pytest.approx(miller_madow(joint), rel=0.15)  # 3 / (800 ln 2) = .0054


def test_shuffling_wipes_out_what_was_known():
    y = np.arange(300) % 2
    assert chance_parts(y, y, y, 20, seed=0).max() < 0.1  # unshuffled: 1 bit of redundancy
    assert np.array_equal(chance_parts(y, y, y, 3, seed=5), chance_parts(y, y, y, 3, seed=5))
