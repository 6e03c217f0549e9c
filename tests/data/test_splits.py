"""Splits: proportions, every label in training, groups together, fixed by seed."""

import numpy as np
import pytest

from i2moe_core.data.splits import stratified_split


def test_proportions_hold_in_all_and_in_each_label():
    labels = ["a"] * 600 + ["b"] * 400
    splits = stratified_split(labels, 1000, seed=0)
    assert [(splits == s).sum() for s in ("train", "validation", "test")] == [700, 150, 150]
    assert [(splits[:600] == s).sum() for s in ("train", "validation", "test")] == [420, 90, 90]


def test_many_small_labels_still_fill_all_parts():
    labels = [n // 3 for n in range(300)]
    splits = stratified_split(labels, 300, seed=0)
    assert (splits == "test").sum() == 45
    assert (splits == "validation").sum() == 45
    assert all((splits[n : n + 3] == "train").any() for n in range(0, 300, 3))


def test_a_single_sample_of_a_label_is_for_training():
    assert (stratified_split(range(100), 100, seed=1) == "train").all()


def test_seed_decides():
    first, again, other = (stratified_split(None, 200, seed) for seed in (0, 0, 1))
    assert (first == again).all()
    assert (first != other).any()


def test_groups_stay_together():
    groups = [n // 2 for n in range(400)]
    splits = stratified_split(["a", "a", "b", "b"] * 100, 400, seed=0, groups=groups)
    assert (splits[::2] == splits[1::2]).all()
    assert (splits == "test").sum() == 60


@pytest.mark.parametrize("n", [0, 1, 2, 5])
def test_few_samples_do_not_fail(n):
    assert len(stratified_split(None, n, seed=0)) == n


def test_labels_may_be_an_array():
    assert len(stratified_split(np.arange(10) % 2, 10, seed=0)) == 10
