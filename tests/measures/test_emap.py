"""EMAP: additive models are their own projection, products vanish; sampled and blockwise forms agree."""

import numpy as np
import pytest

from i2moe_core.measures.emap import (
    additive_from_means,
    additive_projection,
    emap_gap,
    means_from_blocks,
    partners,
)

RANDOM = np.random.default_rng(0)
N, C = 7, 3


def test_by_hand():
    logits = np.array([[1.0, 2.0], [3.0, 8.0]])[..., None]
    # Rows 1.5, 5.5; columns 2, 5; mean 3.5.
    assert additive_projection(logits)[:, 0].tolist() == [1.5 + 2 - 3.5, 5.5 + 5 - 3.5]


def test_an_additive_model_is_its_own_projection():
    logits = RANDOM.normal(size=(N, 1, C)) + RANDOM.normal(size=(1, N, C))
    np.testing.assert_allclose(additive_projection(logits), logits[np.arange(N), np.arange(N)], atol=1e-12)


def test_a_pure_interaction_projects_to_nothing():
    sign = np.array([1.0, -1, 1, -1])
    np.testing.assert_allclose(additive_projection((sign[:, None] * sign)[..., None]), 0, atol=1e-12)


def test_it_is_the_nearest_sum_of_one_modality_terms():
    logits = RANDOM.normal(size=(N, N))
    design = np.concatenate([np.repeat(np.eye(N), N, 0), np.tile(np.eye(N), (N, 1))], 1)
    fit = (design @ np.linalg.lstsq(design, logits.ravel(), rcond=None)[0]).reshape(N, N)
    np.testing.assert_allclose(additive_projection(logits[..., None])[:, 0], fit.diagonal(), atol=1e-10)


@pytest.mark.parametrize("side", [1, 3, 7])
def test_blocks_in_any_order_give_the_same(side):
    logits = RANDOM.normal(size=(N, N, C))
    corners = [(r, c) for r in range(0, N, side) for c in range(0, N, side)]
    blocks = ((r, c, logits[r : r + side, c : c + side]) for r, c in reversed(corners))
    means = means_from_blocks(blocks, N, C)
    np.testing.assert_allclose(additive_from_means(means), additive_projection(logits), atol=1e-12)


def test_missing_blocks_are_noticed():
    with pytest.raises(ValueError, match=r"hold 4 pairs, expected 3 x 3"):
        means_from_blocks([(0, 0, np.zeros((2, 2, 1)))], 3, 1)


def test_partners_keep_their_own_and_lend_equally_often():
    lent = partners(N, 3, 5, seed=0)
    assert lent.shape == (3, 5, N, 3)
    for held in range(3):
        assert (lent[held, :, :, held] == np.arange(N)).all()
        for other in {0, 1, 2} - {held}:
            assert (np.bincount(lent[held, :, :, other].ravel()) == 5).all()
    assert np.array_equal(lent, partners(N, 3, 5, seed=0))


def test_all_partners_are_exact_for_two_modalities():
    logits = RANDOM.normal(size=(N, N, C))
    lent = partners(N, 2, N, seed=3)
    means = logits[lent[..., 0], lent[..., 1]].mean(1)  # (2, N, C)
    np.testing.assert_allclose(additive_from_means(means), additive_projection(logits), atol=1e-12)


def test_three_additive_modalities_are_recovered():
    terms = RANDOM.normal(size=(3, N, C))
    lent = partners(N, 3, N, seed=1)
    means = sum(terms[m][lent[..., m]] for m in range(3)).mean(1)
    np.testing.assert_allclose(additive_from_means(means), terms.sum(0), atol=1e-12)


def test_three_modalities_sampled_come_near_the_exact_projection():
    full = RANDOM.normal(size=(N, N, N, 1))
    exact = np.stack([full.mean((1, 2)), full.mean((0, 2)), full.mean((0, 1))])
    lent = partners(N, 3, 7000, seed=2)
    means = full[lent[..., 0], lent[..., 1], lent[..., 2]].mean(1)
    np.testing.assert_allclose(additive_from_means(means), additive_from_means(exact), atol=0.1)


def test_the_gap_of_an_xor_model_is_half():
    a, b = np.array([1, 1, -1, -1]), np.array([1, -1, 1, -1])
    pairs = np.stack([-np.outer(a, b), np.outer(a, b)], -1).astype(float)
    own = pairs[np.arange(4), np.arange(4)]
    targets = (a * b > 0).astype(int)
    gap = emap_gap("multiclass", own, additive_projection(pairs), targets)
    assert (gap.full, gap.additive, gap.gap) == (1, 0.5, 0.5)  # all zeros: the first class, half of them
    assert gap.changed == 0.5


def test_labels_and_quantities():
    own, flat = np.array([[1.0, -1.0]]), np.array([[1.0, 1.0]])
    assert emap_gap("multilabel", own, flat, np.array([[1.0, 0.0]])).changed == 0.5
    line = np.array([[1.0], [2.0], [3.0]])
    gap = emap_gap("regression", line, np.full((3, 1), 2.0), np.array([1.0, 2.0, 3.0]))
    assert (gap.full, gap.additive) == (1, 0)
    assert np.isnan(gap.changed)
