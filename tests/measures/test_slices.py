"""Found slices: the planted one is found and named, blind marks find none; corrections by hand."""

import numpy as np
import pytest
from scipy.stats import fisher_exact

from i2moe_core.measures.intervals import wilson_interval
from i2moe_core.measures.slices import benjamini_hochberg, found_slices, largest

RANDOM = np.random.default_rng(0)
PLACES = np.repeat(np.arange(6), 200)
COORDINATES = np.stack([PLACES % 3, PLACES // 3], -1) * 10 + RANDOM.normal(size=(1200, 2))
FILLERS = [" ".join(RANDOM.choice([f"word{k}" for k in range(40)], 6)) for _ in range(1200)]
KINDS = np.array(["red", "blue", "tall", "small", "old", "dark"])[PLACES]
TEXTS = [f"a {kind} house {filler}" for kind, filler in zip(KINDS, FILLERS, strict=True)]


def test_the_planted_slice_is_found_and_named():
    wrong = RANDOM.random(1200) < np.where(PLACES == 3, 0.4, 0.1)
    found = found_slices(COORDINATES, wrong, TEXTS, clusters=6)
    assert len(found) == 1
    slice_ = found[0]
    assert (PLACES[slice_.rows] == 3).all()
    assert len(slice_) == 200
    assert slice_.name == "small"
    assert slice_.rate == pytest.approx(wrong[PLACES == 3].mean())
    assert slice_.rest == pytest.approx(wrong[PLACES != 3].mean())
    assert [slice_.low, slice_.high] == pytest.approx(wilson_interval(wrong[PLACES == 3].sum(), 200))
    inside, outside = wrong[PLACES == 3], wrong[PLACES != 3]
    table = [[inside.sum(), (~inside).sum()], [outside.sum(), (~outside).sum()]]
    assert slice_.q == pytest.approx(6 * fisher_exact(table, "greater").pvalue, abs=0)


def test_the_first_rows_are_the_nearest_to_the_centre():
    wrong = RANDOM.random(1200) < np.where(PLACES == 3, 0.5, 0.1)
    rows = found_slices(COORDINATES, wrong, clusters=6)[0].rows
    far = np.linalg.norm(COORDINATES[rows] - COORDINATES[rows].mean(0), axis=1)
    assert far[:10].max() < np.median(far)
    assert far[-10:].min() > np.median(far)


def test_blind_marks_rarely_make_a_slice():
    made = [len(found_slices(COORDINATES, RANDOM.random(1200) < 0.2, clusters=6)) for _ in range(40)]
    assert np.mean(np.array(made) > 0) <= 0.15  # 5% by design


def test_the_same_seed_finds_the_same():
    wrong = PLACES == 2
    first, again = (found_slices(COORDINATES, wrong, TEXTS, clusters=10, seed=4) for _ in range(2))
    assert [s.name for s in first] == [s.name for s in again]
    assert all(np.array_equal(a.rows, b.rows) for a, b in zip(first, again, strict=True))


def test_without_texts_a_slice_is_named_by_its_size():
    assert found_slices(COORDINATES, PLACES == 2, clusters=6)[0].name == "200 samples"


@pytest.mark.parametrize("marked", [np.zeros(1200, bool), np.ones(1200, bool)])
def test_nothing_marked_or_all_is_no_slice(marked):
    assert found_slices(COORDINATES, marked) == []


def test_few_or_equal_samples_are_no_slice():
    assert found_slices(COORDINATES[:10], PLACES[:10] == 0) == []
    assert found_slices(np.zeros((100, 2)), np.arange(100) < 30) == []


def test_benjamini_hochberg_by_hand():
    assert benjamini_hochberg(np.array([0.01, 0.04, 0.03, 0.5])) == pytest.approx(
        [0.04, 0.04 * 4 / 3, 0.04 * 4 / 3, 0.5]
    )
    assert benjamini_hochberg(np.empty(0)).shape == (0,)


def test_the_largest_share_of_a_graded_measure():
    values = np.array([0.1, 0.9, np.nan, 0.5, 0.2])
    assert largest(values, 0.25).tolist() == [False, True, False, False, False]
    assert not largest(np.ones(5), 0.2).any()
    assert not largest(np.full(3, np.nan), 0.5).any()
