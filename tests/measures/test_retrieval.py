"""Ranks, recall and chance against hand values, brute force and closed forms."""

from itertools import permutations
from math import comb

import numpy as np
import pytest

from i2moe_core.measures.retrieval import chance, numbered, rank_blocks, summarize


def ranks(scores, queries=None, items=None, ks=(1, 2), side=None):
    scores = np.asarray(scores, float)
    alone = np.arange(len(scores))
    side = side or len(scores)
    blocks = ((n, scores[n : n + side]) for n in range(0, len(scores), side))
    return rank_blocks(blocks, alone if queries is None else queries, alone if items is None else items, ks)


def test_ranks_by_hand():
    found = ranks([[3, 1, 2], [9, 5, 7], [1, 2, 3]])
    assert found.rank.tolist() == [1, 3, 1]
    assert found.hit.tolist() == [[1, 1], [0, 0], [1, 1]]
    assert found.right.tolist() == [1, 1, 1]


def test_a_tie_gets_its_middle_rank_and_its_share_of_a_hit():
    found = ranks([[5, 5, 1], [1, 1, 1], [9, 4, 4]])
    assert found.rank.tolist() == [1.5, 2, 2.5]
    np.testing.assert_allclose(found.hit, [[1 / 2, 1], [1 / 3, 2 / 3], [0, 1 / 2]])


def test_equal_scores_everywhere_are_exactly_chance():
    queries, items = np.array([0, 1, 1, 2, 3]), np.array([0, 0, 1, 2, 3])
    found = summarize(ranks(np.zeros((5, 5)), queries, items), ks=(1, 2))
    assert found["recall@1"].value == pytest.approx(found["recall@1"].chance)
    assert found["recall@2"].value == pytest.approx(found["recall@2"].chance)


def test_a_duplicate_of_the_partner_is_right_and_so_is_a_duplicate_querys_partner():
    scores = [[1, 9, 5], [9, 1, 5], [9, 8, 1]]
    found = ranks(scores, items=np.array([7, 7, 8]))
    assert found.rank.tolist() == [1, 1, 3]
    assert found.right.tolist() == [2, 2, 1]
    found = ranks(scores, queries=np.array([4, 5, 4]))
    assert found.rank.tolist() == [2, 3, 1]


def test_ties_among_right_and_wrong_are_the_mean_over_all_orders():
    scores, items = np.array([[2.0, 2, 2, 2, 3]] * 5), np.array([0, 0, 1, 2, 3])
    found = ranks(scores, items=items, ks=(2, 3))
    firsts = [1 + min(order.index(0), order.index(1)) for order in permutations(range(4))]
    assert found.rank[0] == pytest.approx(1 + np.mean(firsts))
    np.testing.assert_allclose(found.hit[0], [np.mean([1 + f <= k for f in firsts]) for k in (2, 3)])


@pytest.mark.parametrize("side", [1, 2, 7])
def test_blocks_give_the_same_and_are_what_sorting_gives(side):
    scores = np.random.default_rng(0).normal(size=(7, 7))
    found = ranks(scores, side=side)
    order = np.argsort(-scores, axis=1)
    assert found.rank.tolist() == [1 + order[n].tolist().index(n) for n in range(7)]


def test_a_score_that_is_no_number_comes_last():
    assert ranks([[np.nan, 1], [np.nan, -5]]).rank.tolist() == [2, 1]


def test_missing_and_repeated_blocks_are_noticed():
    alone = np.arange(3)
    with pytest.raises(ValueError, match="lack 1 of 3"):
        rank_blocks([(0, np.zeros((2, 3)))], alone, alone)
    with pytest.raises(ValueError, match="came twice"):
        rank_blocks([(0, np.zeros((2, 3))), (1, np.zeros((2, 3)))], alone, alone)


def test_chance_is_the_mean_over_random_orders():
    found = chance(np.ones(10, dtype=int), ks=(1, 5, 20))
    assert found["recall@1"] == pytest.approx(0.1)
    assert found["recall@5"] == pytest.approx(0.5)
    assert found["recall@20"] == 1
    assert found["median_rank"] == 5
    assert found["mean_reciprocal_rank"] == pytest.approx(sum(1 / r for r in range(1, 11)) / 10)


def test_chance_with_several_right_answers():
    right = np.array([1, 3, 3, 1, 1, 1])
    found = chance(right, ks=(2,))
    assert found["recall@2"] == pytest.approx(np.mean([1 - comb(6 - r, 2) / comb(6, 2) for r in right]))
    drawn = np.random.default_rng(0).permuted(np.tile(np.arange(1, 7), (40_000, 1)), axis=1)
    first = drawn[:, :3].min(1)
    expected = (4 * (1 / drawn[:, 0]).mean() + 2 * (1 / first).mean()) / 6
    assert found["mean_reciprocal_rank"] == pytest.approx(expected, abs=5e-3)


def test_the_summary_holds_the_plain_values_inside_their_intervals():
    scores = np.random.default_rng(1).normal(size=(60, 60)) + 2 * np.eye(60)
    held = ranks(scores, ks=(1, 5))
    found = summarize(held, ks=(1, 5))
    assert list(found) == ["recall@1", "recall@5", "median_rank", "mean_reciprocal_rank"]
    assert found["recall@5"].value == (held.rank <= 5).mean()
    assert found["median_rank"].value == np.median(held.rank)
    assert found["mean_reciprocal_rank"].value == pytest.approx((1 / held.rank).mean())
    for figure in found.values():
        assert figure.low <= figure.value <= figure.high
        assert figure.low < figure.high


def test_equal_values_get_equal_numbers():
    assert numbered(["b", "a", "b", b"b"]).tolist() == [0, 1, 0, 2]
