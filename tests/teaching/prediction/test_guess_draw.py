"""Draws: without replacement, balanced, the same for the same seed."""

from collections import Counter

import numpy as np
import pytest

from i2moe_core.teaching.prediction.draw import balanced_draw

KINDS = ["a"] * 50 + ["b"] * 30 + ["c"] * 7 + [None] * 20


@pytest.mark.parametrize("seed", range(5))
def test_nobody_is_asked_twice_and_kinds_are_even(seed):
    drawn = balanced_draw(KINDS, 21, seed)
    assert len(set(drawn.tolist())) == 21
    assert Counter(KINDS[row] for row in drawn) == {"a": 7, "b": 7, "c": 7}


def test_what_cannot_be_divided_differs_by_one():
    counts = Counter(KINDS[row] for row in balanced_draw(KINDS, 11, 3))
    assert sorted(counts.values()) == [3, 4, 4]


def test_a_rare_kind_gives_all_it_has():
    assert Counter(KINDS[row] for row in balanced_draw(KINDS, 47, 0)) == {"a": 20, "b": 20, "c": 7}
    assert len(balanced_draw(KINDS, 500, 0)) == 87


def test_the_seed_decides():
    first, again, other = (balanced_draw(KINDS, 12, seed).tolist() for seed in (4, 4, 5))
    assert first == again
    assert first != other


def test_the_order_does_not_go_round():
    """Were the kinds asked in turn, each block of three would hold all of them."""
    blocks = [
        {KINDS[row] for row in balanced_draw(KINDS, 21, seed)[k : k + 3]}
        for seed in range(40)
        for k in (0, 9)
    ]
    full = np.mean([len(block) == 3 for block in blocks])
    assert 0.1 < full < 0.5  # 7 * 7 * 7 / C(21, 3) = .26 by chance


def test_nothing_to_ask():
    assert balanced_draw([None, None], 5, 0).tolist() == []
