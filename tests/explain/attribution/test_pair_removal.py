"""The check on a ranking of pairs, by hand: what a pair does jointly, and what its cells do by themselves."""

import dataclasses

import numpy as np
import pytest
from cell_toys import logit, pair_toy
from torch import nn

from i2moe_core.explain.interactions import PairInteractions, compare_removals, pair_removal_check
from i2moe_core.explain.interactions.players import build_sides


def both_and_one(image, text):
    """Patch 0 times word 1, plus three times patch 1: a pair that works together, and a patch alone."""
    return image[:, 0, 0, 0] * text[:, 2, 0] + 3 * image[:, 0, 0, 2]


def ranked(*pairs):
    """The toy of these, and its pairs: (patch, word) -> index."""
    toy = dataclasses.replace(pair_toy(both_and_one), model=nn.Module())
    sides = build_sides(toy)
    index = np.zeros((1, 64, 3))
    for places, value in pairs:
        index[(0, *places)] = value
    blank = np.zeros_like(index)
    found = PairInteractions(
        "toy", "toy", ("image", "text"), None, sides[0].cells, sides[1].cells, ("answer/0",), ("answer",),
        (None,), 4, {}, index, blank, blank, blank, blank,
    )  # fmt: skip
    return toy, found


def check(*pairs, **options):
    toy, found = ranked(*pairs)
    return pair_removal_check(toy, logit(), found, **options)


def test_a_pair_that_works_together():
    # v = 1 + 3; without patch 0, without word 1, and without both: 3. Jointly 4 - 3 - 3 + 3 = 1.
    result = check(((0, 1), 1.0), count=1)
    assert (result.score, result.top, result.top_single) == (4, 1, 1)
    assert (result.top_joint, result.top_joint_set, result.agreement) == (1, 1, 1)


def test_a_cell_that_works_alone_falls_but_not_jointly():
    # Patch 1 and word 0: without the patch 1, without the word 4, without both 1; jointly 4 - 1 - 4 + 1 = 0.
    result = check(((1, 0), 1.0), count=1)
    assert result.top == result.top_single == 3
    assert result.top_joint == result.top_joint_set == result.agreement == 0


def test_several_pairs_are_averaged_one_by_one_and_taken_as_sets_at_once():
    result = check(((0, 1), -1.0), ((1, 0), 0.5), count=2)
    assert result.top_single == (1 + 3) / 2
    assert result.top_joint == (1 + 0) / 2
    assert result.agreement == 0  # the index of the first has the other sign, the second has no joint effect
    # Without both patches 0, without both words 3, without all 0.
    assert result.top == 4
    assert result.top_joint_set == 4 - 0 - 3 + 0


def test_of_all_pairs_chance_is_as_good():
    result = check(((0, 1), 1.0), count=64 * 3, draws=2)
    assert result.top_joint == result.chance_joint == pytest.approx(1 / 192)
    assert result.top_joint_set == result.chance_joint_set == 1
    assert result.top == result.chance == result.budget == 4


def test_ratios_of_the_joint_effects():
    one = check(((0, 1), 1.0), count=1)
    results = [
        dataclasses.replace(one, top_joint=0.8, chance_joint=0.1, top_joint_set=1.0, chance_joint_set=0.0),
        dataclasses.replace(one, top_joint=0.4, chance_joint=0.2, top_joint_set=1.0, chance_joint_set=0.5,
                            agreement=0.5),
    ]  # fmt: skip
    ratios = compare_removals(results)
    assert (ratios.joint, ratios.joint_set, ratios.agreement) == pytest.approx((4, 4, 0.75))
