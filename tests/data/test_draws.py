"""The integer generator: pinned words, ranges, and the moments of its nearly normal numbers."""

from collections import Counter

import numpy as np

from i2moe_core.data.draws import Draws


def test_first_draws_are_pinned():
    assert [Draws(0, 0).below(1000) for _ in range(3)] == [Draws(0, 0).below(1000)] * 3
    draws = Draws(1, 2)
    words = np.random.PCG64([1, 2]).random_raw(4)
    assert [draws.below(2**32) for _ in range(4)] == [int(word) >> 32 for word in words]


def test_below_is_uniform_and_in_range():
    draws = Draws(3)
    counts = Counter(draws.below(7) for _ in range(14_000))
    assert set(counts) == set(range(7))
    assert max(counts.values()) - min(counts.values()) < 300


def test_between_reaches_both_ends():
    draws = Draws(4)
    assert {draws.between(-1, 1) for _ in range(100)} == {-1, 0, 1}


def test_permutations_are_equally_likely():
    draws = Draws(5)
    counts = Counter(tuple(draws.permutation(3)) for _ in range(6000))
    assert len(counts) == 6
    assert all(abs(count - 1000) < 150 for count in counts.values())


def test_normals_have_mean_zero_and_sd_one():
    numbers = Draws(6).normals(100_000)
    assert abs(numbers.mean()) < 0.02
    assert abs(numbers.std() - 1) < 0.02


def test_normals_are_sums_of_the_words_quarters():
    word = int(np.random.PCG64([9]).random_raw(1)[0])
    quarters = sum((word >> shift) & 0xFFFF for shift in (0, 16, 32, 48))
    assert Draws(9).normals(1)[0] == (quarters - 131070) / 37837.0
