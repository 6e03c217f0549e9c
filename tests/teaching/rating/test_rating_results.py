"""Results by hand, and intervals that cover what is true."""

from dataclasses import replace

import numpy as np
import pytest
from studied import made_study

from i2moe_core.measures.agreement import fleiss_kappa
from i2moe_core.teaching.rating.ledger import Ledger, Rating
from i2moe_core.teaching.rating.placebo import PLACEBO, REAL
from i2moe_core.teaching.rating.results import arm_difference, evaluate, matrix, results_frame

NO = np.nan
HALF = np.array([True, True, False, False])
ONE = np.array(["a"] * 4)


def filled(study, gap=2, raters=("R1", "R2", "R3"), seed=0):
    """Ratings about 2 for placebo items and ``gap`` more for real ones."""
    random = np.random.default_rng(seed)
    return Ledger(
        tuple(
            Rating(
                n,
                rater,
                int(2 + gap * (item.arm == REAL) + random.integers(-1, 2)),
                "",
                f"2026-01-01T00:00:{n:02}",
            )
            for rater in raters
            for n, item in enumerate(study.items)
        )
    )


def test_the_difference_by_hand():
    found = arm_difference(np.array([[5, 4, 1, 2], [3, 4, 3, 2.0]]), HALF, ONE, draws=500)
    assert (found.real, found.placebo, found.difference) == (4, 2, 2)
    # Item means 4 4 | 2 2: of the six ways to deal two arms, two are as far apart.
    assert found.p == pytest.approx(1 / 3, abs=0.06)
    assert found.low <= 2 <= found.high


def test_an_item_counts_once_however_many_have_rated_it():
    found = arm_difference(np.array([[5, 1, 3, 3], [5, NO, NO, 3], [5, NO, NO, 3]]), HALF, ONE, draws=50)
    assert (found.real, found.placebo) == (3, 3)


def test_an_empty_arm_has_no_difference():
    found = arm_difference(np.array([[5, 4, NO, NO]]), HALF, ONE, draws=50)
    assert found.real == 4.5
    assert np.isnan([found.placebo, found.difference, found.low, found.high, found.p]).all()
    assert np.isnan(arm_difference(np.empty((0, 4)), HALF, ONE, draws=50).difference)


def test_the_interval_covers_the_truth_and_p_is_even_without_a_difference():
    random = np.random.default_rng(0)
    real, kinds = np.arange(24) % 2 == 0, np.arange(24) // 6
    covered, small = 0, 0
    for _ in range(100):
        items, raters = random.normal(0, 0.5, 24), random.normal(0, 0.5, (6, 1))
        ratings = 3 + 0.6 * real + items + raters + random.normal(0, 0.7, (6, 24))
        found = arm_difference(ratings, real, kinds.astype(str), draws=200)
        covered += found.low <= 0.6 <= found.high
        small += arm_difference(ratings - 0.6 * real, real, kinds.astype(str), draws=200).p <= 0.1
    assert covered >= 88
    assert 2 <= small <= 20  # 10 +- 3.3 standard deviations


def test_all_of_a_study():
    study = made_study()
    found = evaluate(study, filled(study), draws=400)
    assert found.ratings == 48
    assert found.difference.low > 1
    assert found.difference.p < 0.01
    assert found.scores[REAL].sum() == found.scores[PLACEBO].sum() == 24
    assert found.raters["rater"].tolist() == ["R1", "R2", "R3"]
    assert found.raters["difference"].mean() == pytest.approx(found.difference.difference)
    _, ratings = matrix(study, filled(study))
    assert found.kappa.value == pytest.approx(fleiss_kappa(ratings, 5))
    assert found.kappa.items == 16
    assert found.ordinal.value > found.kappa.value


def test_a_study_without_ratings_and_with_one():
    study = made_study()
    empty = evaluate(study, Ledger(), draws=50)
    assert empty.ratings == 0
    assert np.isnan(empty.difference.difference)
    assert np.isnan(empty.kappa.value)
    one = evaluate(study, Ledger((Rating(0, "R", 3),)), draws=50)
    assert (one.ratings, len(one.raters)) == (1, 1)


def test_the_last_rating_counts_and_foreign_items_do_not():
    study = made_study(4)
    names, ratings = matrix(study, Ledger((Rating(0, "R", 2), Rating(0, "R", 5), Rating(9, "S", 1))))
    assert names == ["R"]
    assert ratings[0, 0] == 5


def test_the_table_says_the_arm_and_what_came_after_the_unblinding():
    study = made_study(4)
    ledger = replace(filled(study, raters=("=R1",)), unblinded="2026-01-01T00:00:01")
    frame = results_frame(study, ledger)
    assert frame["arm"].tolist() == [item.arm for item in study.items]
    assert frame["after_unblinding"].tolist() == [0, 0, 1, 1]
    assert evaluate(study, ledger, draws=50).late == 2
