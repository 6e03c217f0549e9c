"""Agreement against published tables, closed forms and properties."""

import numpy as np
import pytest

from i2moe_core.measures.agreement import fleiss_kappa, krippendorff_alpha, with_interval

NO = np.nan
# Fourteen raters, ten subjects, five categories: how often each category was given (Fleiss' worked example
# as it is widely reprinted); kappa .210, with P = .378 and P_e = .213.
COUNTS = np.array(
    [
        [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
    ]
)  # fmt: skip
# Krippendorff 2011, section C: four observers, twelve units, missing data; alpha nominal .743, ordinal .815,
# interval .849.
OBSERVED = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, NO, NO, NO],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NO, 3],
        [NO, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NO],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NO],
    ]
)
BINARY = np.array([[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]], dtype=float)


def as_ratings(counts):
    """Ratings (R, N) that give these counts (N, C)."""
    return np.stack([np.repeat(np.arange(1, counts.shape[1] + 1), row) for row in counts], 1).astype(float)


def test_kappa_of_the_published_table():
    assert fleiss_kappa(as_ratings(COUNTS), 5) == pytest.approx(0.210, abs=5e-4)


def test_kappa_by_hand():
    # Two raters, two items: one agreed on 1, one split between 1 and 2. P = 1/2, p = (3/4, 1/4), P_e = 5/8.
    assert fleiss_kappa(np.array([[1.0, 1.0], [1.0, 2.0]]), 2) == pytest.approx((0.5 - 0.625) / 0.375)


def test_kappa_does_not_care_who_rated():
    ratings = as_ratings(COUNTS)
    mixed = np.random.default_rng(0).permuted(ratings, axis=0)
    assert fleiss_kappa(mixed, 5) == pytest.approx(fleiss_kappa(ratings, 5), abs=1e-12)


def test_kappa_leaves_out_what_one_alone_has_rated():
    ratings = np.array([[1.0, 1.0, 5.0], [1.0, 2.0, NO]])
    assert fleiss_kappa(ratings, 5) == pytest.approx(fleiss_kappa(ratings[:, :2], 5))


@pytest.mark.parametrize(
    ("metric", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_alpha_of_the_published_table(metric, published):
    assert krippendorff_alpha(OBSERVED, metric) == pytest.approx(published, abs=5e-4)


def test_alpha_of_the_published_binary_table():
    """Krippendorff 2011, section A: .095; with two values all metrics are the same."""
    for metric in ("nominal", "ordinal", "interval"):
        assert krippendorff_alpha(BINARY, metric) == pytest.approx(0.095, abs=5e-4)


def test_full_agreement_is_one_and_chance_is_zero():
    same = np.tile(np.arange(1.0, 6.0), (4, 1))
    assert fleiss_kappa(same, 5) == pytest.approx(1)
    assert krippendorff_alpha(same) == pytest.approx(1)
    random = np.random.default_rng(1).integers(1, 6, (4, 20_000)).astype(float)
    assert fleiss_kappa(random, 5) == pytest.approx(0, abs=0.01)
    assert krippendorff_alpha(random) == pytest.approx(0, abs=0.01)


def test_nothing_to_compare_is_not_a_number():
    for ratings in (np.full((3, 4), 2.0), np.full((3, 4), NO), np.array([[1.0, 2.0]])):
        assert np.isnan(fleiss_kappa(ratings, 5))
        assert np.isnan(krippendorff_alpha(ratings))


def test_an_unknown_metric_is_refused():
    with pytest.raises(ValueError, match="nominal, ordinal or interval"):
        krippendorff_alpha(OBSERVED, "ratio")


def test_the_interval_holds_the_value_and_shrinks_with_the_items():
    few = np.random.default_rng(2).integers(1, 6, (5, 12)).astype(float)
    many = np.random.default_rng(3).integers(1, 6, (5, 400)).astype(float)
    found = [with_interval(krippendorff_alpha, ratings, draws=200) for ratings in (few, many)]
    assert [agreement.items for agreement in found] == [12, 400]
    assert all(a.low < a.value < a.high for a in found)
    assert found[1].high - found[1].low < 0.5 * (found[0].high - found[0].low)
    assert with_interval(krippendorff_alpha, few, draws=200) == found[0]
