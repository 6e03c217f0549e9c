"""The modality gap against hand values and the cases at its ends."""

from math import exp, log

import numpy as np
import pytest

from i2moe_core.measures.modality_gap import (
    alignment,
    centroid_distance,
    modality_gap,
    normalized,
    plane,
    separability,
    uniformity,
)

RANDOM = np.random.default_rng(0)
EAST, NORTH, WEST = [1.0, 0], [0, 1.0], [-1.0, 0]


def test_rows_get_length_one_and_zeros_stay():
    np.testing.assert_allclose(normalized(np.array([[3.0, 4], [0, 0]])), [[0.6, 0.8], [0, 0]])


def test_distance_and_alignment_by_hand():
    a, b = np.array([EAST, NORTH]), np.array([WEST, NORTH])
    assert centroid_distance(a, b) == 1  # (.5, .5) and (-.5, .5)
    assert alignment(a, b) == 2  # 4 and 0
    assert centroid_distance(a, a) == alignment(a, a) == 0


def test_uniformity_by_hand():
    # Squared distances: 2 between neighbours, 4 between east and west.
    expected = log((2 * exp(-4) + exp(-8)) / 3)
    assert uniformity(np.array([EAST, NORTH, WEST])) == pytest.approx(expected)
    assert uniformity(np.array([EAST, EAST])) == pytest.approx(0)
    assert np.isnan(uniformity(np.array([EAST])))


def test_uniformity_in_blocks_is_that_of_all_pairs(monkeypatch):
    x = normalized(RANDOM.normal(size=(50, 5)))
    squared = ((x[:, None] - x) ** 2).sum(-1)[np.triu_indices(50, 1)]
    monkeypatch.setattr("i2moe_core.measures.modality_gap._BLOCK", 120)
    assert uniformity(x) == pytest.approx(log(np.exp(-2 * squared).mean()))


def test_separability_at_its_ends():
    x, groups = RANDOM.normal(size=(400, 4)), np.arange(400)
    assert separability(x, x + 9, groups) == 1
    assert separability(x, RANDOM.normal(size=(400, 4)), groups) == pytest.approx(0.5, abs=0.06)
    assert np.isnan(separability(x, x, np.zeros(400)))


def test_separability_does_not_know_duplicates_from_training():
    """Six contents, each 30 times: in folds that split a content it would be known by heart."""
    points = RANDOM.normal(size=(6, 40))
    a, b = np.repeat(points, 30, axis=0), np.repeat(RANDOM.normal(size=(6, 40)), 30, axis=0)
    assert separability(a, b, np.arange(180)) == 1
    assert separability(a, b, np.repeat(np.arange(6), 30)) < 0.95


def test_all_measures_at_once():
    a, b = RANDOM.normal(size=(80, 6)), RANDOM.normal(size=(80, 6)) + 3
    found = modality_gap(a, b, np.arange(80))
    first, second = normalized(a), normalized(b)
    assert found.distance == centroid_distance(first, second)
    assert found.alignment == alignment(first, second)
    assert found.uniformity == (uniformity(first), uniformity(second))
    assert found.separability > 0.9
    with pytest.raises(ValueError, match="one shape"):
        modality_gap(a, b[:, :5], np.arange(80))


def test_the_plane_keeps_what_lies_in_a_plane():
    flat = RANDOM.normal(size=(40, 2)) * [3, 1]
    turn = np.linalg.qr(RANDOM.normal(size=(5, 5)))[0][:2]
    first, second, held = plane(flat[:20] @ turn, flat[20:] @ turn)
    assert held == pytest.approx(1)
    placed = np.concatenate([first, second])
    np.testing.assert_allclose(placed.mean(0), 0, atol=1e-12)
    np.testing.assert_allclose(
        np.linalg.norm(placed[:, None] - placed, axis=-1), np.linalg.norm(flat[:, None] - flat, axis=-1)
    )
    assert placed[:, 0].var() > placed[:, 1].var()
