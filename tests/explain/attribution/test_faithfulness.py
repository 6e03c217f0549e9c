"""Faithfulness: curves by hand, the control, ties, silent cells, and all in one run."""

import numpy as np
import pytest
import torch
from cell_toys import array_toy, logit, pair_toy

from i2moe_core.explain.attribution.faithfulness import ALL, SHARES, measure_faithfulness

WEIGHTS = np.arange(20.0, 0, -1)  # the first cell matters most


def line(sample_id="toy"):
    return array_toy(lambda x: x @ torch.from_numpy(WEIGHTS), [1.0] * 20, sample_id)


def measure(toy, *maps, **options):
    return measure_faithfulness(toy, [(logit(), np.asarray(m, dtype=float)) for m in maps], **options)


def test_a_perfect_ranking_by_hand():
    found = measure(line(), WEIGHTS)[0][ALL]
    first = np.array([20, 39, 57, 74, 90])  # sums of the first 1 to 5
    np.testing.assert_allclose(found.comprehensiveness, first)
    np.testing.assert_allclose(found.sufficiency, 210 - first)
    assert found.random_comprehensiveness.shape == (100, len(SHARES)) == (found.rankings, len(SHARES))
    np.testing.assert_allclose(found.random_comprehensiveness + found.random_sufficiency, 210)
    mean = found.random_comprehensiveness.mean()
    assert found.comprehensiveness_gap == pytest.approx(56 - mean)
    assert found.sufficiency_gap == pytest.approx(56 - mean)
    assert mean == pytest.approx(210 * 0.15, rel=0.1)
    assert found.gap == pytest.approx(56 - mean)
    assert found.as_good == 0
    assert found.chance == found.comprehensiveness_chance == found.sufficiency_chance == 1 / 101
    assert found.reach == 209  # where a random ranking keeps the last cell alone


def test_a_reversed_ranking_is_worse_than_chance():
    found = measure(line(), -WEIGHTS)[0][ALL]
    assert found.comprehensiveness_gap < -10
    assert found.sufficiency_gap < -10
    assert found.chance == found.comprehensiveness_chance == found.sufficiency_chance == 1


def test_signed_values_are_ranked_not_sizes():
    toy = array_toy(lambda x: x.sum(-1), [1.0] * 10 + [-5.0] * 10)
    found = measure(toy, [1.0] * 10 + [-5.0] * 10)[0][ALL]
    np.testing.assert_allclose(found.comprehensiveness, [1, 2, 3, 4, 5])


def test_parts_are_ranked_alone_while_the_rest_stays():
    toy = pair_toy(lambda image, text: image[:, 0, :2, :2].sum((1, 2)) + 10 * text[:, 2, 0])
    cells = np.zeros(67)
    cells[0], cells[65] = 4, 10
    parts = measure(toy, cells)[0]
    assert list(parts) == [ALL, "image", "text"]
    np.testing.assert_allclose(parts["text"].comprehensiveness, 10)
    np.testing.assert_allclose(parts["text"].sufficiency, 0)  # the picture stays as it is
    np.testing.assert_allclose(parts["image"].comprehensiveness, 4)
    np.testing.assert_allclose(parts["image"].sufficiency, 0)
    np.testing.assert_allclose(parts[ALL].comprehensiveness, 14)
    np.testing.assert_allclose(parts[ALL].sufficiency, 0)


def test_a_silent_modality_is_left_alone_and_a_flat_one_is_not_ranked():
    toy = pair_toy(lambda image, text: image[:, 0, :2, :2].sum((1, 2)) + 10 * text[:, 2, 0])
    silent, flat = np.zeros(67), np.ones(67)
    silent[0], silent[64:] = 1, np.nan
    found = measure(toy, silent, flat)
    assert list(found[0]) == [ALL, "image"]
    np.testing.assert_allclose(found[0][ALL].comprehensiveness, 4)
    assert found[1] == {}


def test_one_modality_alone_has_fewer_random_rankings():
    toy = pair_toy(lambda image, text: image.sum((1, 2, 3)) + text.sum((1, 2)))
    parts = measure(toy, np.arange(67.0))[0]
    assert {part: found.rankings for part, found in parts.items()} == {ALL: 100, "image": 20, "text": 20}
    few = measure(toy, np.arange(67.0), random=7)[0]
    assert {found.rankings for found in few.values()} == {7}


def test_rankings_that_do_equally_well_count_half():
    flat = array_toy(lambda x: x.sum(-1), [1.0] * 20)
    found = measure(flat, WEIGHTS)[0][ALL]
    assert found.as_good == 50
    assert found.chance == 0.5 + 0.5 / 101


def test_ties_are_broken_at_random_not_by_place():
    cells = np.zeros(20)
    cells[19] = 1e-9
    drops = {measure(line(str(n)), cells)[0][ALL].comprehensiveness[-1] for n in range(5)}
    assert len(drops) > 1


def test_the_same_sample_draws_the_same_control_and_slices_change_nothing():
    first, again = measure(line(), WEIGHTS)[0][ALL], measure(line(), WEIGHTS, rows=7)[0][ALL]
    np.testing.assert_allclose(first.random_comprehensiveness, again.random_comprehensiveness)
    other = measure(line("other"), WEIGHTS)[0][ALL]
    assert (first.random_comprehensiveness != other.random_comprehensiveness).any()


def test_maps_share_one_run_in_which_no_version_comes_twice():
    seen = []

    def function(x):
        seen.extend(map(tuple, x.tolist()))
        return x.sum(-1)

    toy = array_toy(function, [1.0] * 20)
    alone = measure(toy, WEIGHTS)[0][ALL]
    seen.clear()
    found = measure(toy, WEIGHTS, -WEIGHTS, WEIGHTS**2)
    assert len(seen) == len(set(seen)) <= 1 + 2 * len(SHARES) * (100 + 2)
    np.testing.assert_allclose(found[0][ALL].random_sufficiency, alone.random_sufficiency)
