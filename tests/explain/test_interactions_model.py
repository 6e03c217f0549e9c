"""Pairs of a real mixture: the table is the mixture's own, blind experts have none, seeds hold."""

import dataclasses

import numpy as np
import pytest
import torch
from tiny_runs import array_run, scenes_run, stretch, values_of

from i2moe_core.errors import InputError
from i2moe_core.explain.attribution.engine import read_targets
from i2moe_core.explain.attribution.problem import build_problem
from i2moe_core.explain.interactions import explain_interactions, pair_removal_check, problem_interactions
from i2moe_core.explain.interactions.players import build_sides
from i2moe_core.explain.interactions.removal import compare_removals
from i2moe_core.explain.interactions.table import PairTables

FEW = {"coalitions": 4, "grid": 2}


@pytest.fixture(scope="module")
def scenes():
    run, _ = scenes_run()
    stretch(run.model, 1.5)
    return run


@pytest.fixture(scope="module")
def three():
    run, _ = array_run(modalities=3)
    stretch(run.model, 2)
    return run


def drawn(size, seed):
    return torch.rand(size, generator=torch.Generator().manual_seed(seed)) < 0.5


def assert_table_is_the_mixtures(problem, targets, sides, rows):
    first, second = drawn(len(sides[0]), 1), drawn(len(sides[1]), 2)
    table = PairTables(problem, sides, targets, rows)(first, second)
    for i, j in [(0, 0), (2, 0), (0, 1), (3, 2)]:
        a, b = first.clone(), second.clone()
        if i:
            a[i - 1] ^= True
        if j:
            b[j - 1] ^= True
        out = problem.evaluate(~(sides[0].removed(a[None]) | sides[1].removed(b[None])))
        expected = torch.stack([target.value(out)[0] for target in targets]).double()
        torch.testing.assert_close(table[:, i, j], expected, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("rows", [1, 7, 512])
def test_every_combination_is_what_the_mixture_says_of_that_version(scenes, rows):
    problem = build_problem(scenes, values_of(scenes, 1))
    keys = ("answer/1", "expert/unique:text/0", "expert/synergy/2", "gate/redundancy", "disagreement")
    targets = read_targets(scenes, problem, keys)
    assert_table_is_the_mixtures(problem, targets, build_sides(problem, grid=2), rows)


@pytest.mark.parametrize("names", [(), ("a2", "a0"), ("a1", "a2")])
def test_of_three_modalities_the_third_stays_as_it_is(three, names):
    names = tuple(three.model.modalities[int(name[1])] for name in names)
    problem = build_problem(three, values_of(three, 2))
    targets = read_targets(three, problem, ())
    sides = build_sides(problem, names)
    assert (sides[0].modality, sides[1].modality) == (names or three.model.modalities[:2])
    assert_table_is_the_mixtures(problem, targets, sides, 64)


def test_experts_that_see_one_modality_have_no_pairs(scenes):
    found = explain_interactions(scenes, values_of(scenes, 0), **FEW)
    seen = {key.split("/")[1]: row for row, key in enumerate(found.targets) if key.startswith("expert")}
    assert np.abs(found.index[[seen["unique:image"], seen["unique:text"]]]).max() == 0
    assert np.abs(found.index[seen["synergy"]]).max() > 1e-4
    assert np.abs(found.index[0]).max() > 1e-4


def test_shapes_names_and_repeatability(scenes):
    values = values_of(scenes, 0)
    found = explain_interactions(scenes, values, ("answer/0", "gate/synergy"), sample_id="s", **FEW)
    again = explain_interactions(scenes, values, ("gate/synergy",), sample_id="s", rows=3, **FEW)
    words = values["text"].split()
    assert found.index.shape == found.half_width.shape == found.share.shape == (2, 4, len(words))
    assert [cell.label for cell in found.second] == words
    assert found.experts == (None, "synergy")
    assert again.index[0] == pytest.approx(found.index[1], abs=1e-6)
    other = explain_interactions(scenes, values, ("gate/synergy",), sample_id="t", **FEW)
    assert other.index[0] != pytest.approx(found.index[1], abs=1e-6)


@pytest.mark.parametrize(
    ("grid", "places"), [(2, [(0, 0, 16, 16), (0, 16, 16, 32)]), (8, [(0, 0, 4, 4), (0, 4, 4, 8)])]
)
def test_a_coarser_grid_joins_patches_and_covers_each_once(scenes, grid, places):
    side, _ = build_sides(build_problem(scenes, values_of(scenes, 0)), grid=grid)
    assert [cell.place for cell in side.cells[:2]] == places
    assert len(side) == grid * grid
    assert side.members[:, :64].sum(0).tolist() == [1] * 64
    assert side.members[:, 64:].sum() == 0


def test_an_uneven_grid_covers_the_picture(scenes):
    side, _ = build_sides(build_problem(scenes, values_of(scenes, 0)), grid=3)
    areas = [(c.place[2] - c.place[0]) * (c.place[3] - c.place[1]) for c in side.cells]
    assert sum(areas) == 32 * 32
    assert [int(row.sum()) * 16 for row in side.members] == areas


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"coalitions": 5}, "even number of coalitions"),
        ({"coalitions": 2}, "at least 4"),
        ({"grid": 9}, "from 1 to 8"),
        ({"modalities": ("image", "image")}, "two different"),
        ({"modalities": ("image", "sound")}, "no modality 'sound'"),
        ({"targets": ("expert/none/0",)}, "no expert 'none'"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(scenes, changes, words):
    with pytest.raises(InputError, match=words):
        explain_interactions(scenes, values_of(scenes, 0), **{**FEW, **changes})


def test_a_lone_modality_has_no_pairs(scenes):
    with pytest.raises(InputError, match="has only 'text'"):
        explain_interactions(scenes, values_of(scenes, 0) | {"image": None}, **FEW)


def test_cancelling_leaves_the_model_free(scenes):
    def cancel(done, total):
        raise TimeoutError

    with pytest.raises(TimeoutError):
        explain_interactions(scenes, values_of(scenes, 0), progress=cancel, **FEW)
    explain_interactions(scenes, values_of(scenes, 0), **FEW)


@pytest.fixture(scope="module")
def estimated(scenes):
    problem = build_problem(scenes, values_of(scenes, 3))
    targets = read_targets(scenes, problem, ("expert/synergy/0", "answer/0"))
    return problem, targets, problem_interactions(problem, targets, **FEW)


def with_index(found, index):
    stacked = np.broadcast_to(index, found.index.shape).copy()
    return dataclasses.replace(found, index=stacked)


def test_lists_are_ranked_as_asked(estimated):
    _, _, found = estimated
    index = np.zeros(found.index.shape[1:])
    index[0, 1], index[2, 0], index[3, 2] = 1, -3, 2
    found = with_index(found, index)
    key = found.targets[0]
    assert [p.places for p in found.ranked(key, 3)] == [(2, 0), (3, 2), (0, 1)]
    assert [p.places for p in found.ranked(key, 2, "positive")] == [(3, 2), (0, 1)]
    assert found.ranked(key, 1, "negative")[0].index == -3
    assert [p.second.label for p in found.best_word_per_patch(key)] == [
        found.second[n].label for n in (1, 0, 0, 2)
    ]
    with pytest.raises(InputError, match="not by 'size'"):
        found.ranked(key, 1, "size")
    with pytest.raises(InputError, match="not estimated for 'answer/2'"):
        found.ranked("answer/2")


def test_certainty_is_an_interval_without_zero(estimated):
    _, _, found = estimated
    sure = dataclasses.replace(found, half_width=np.abs(found.index) * 0.5)
    unsure = dataclasses.replace(found, half_width=np.abs(found.index) * 2)
    assert sure.pair(found.targets[0], 0, 0).certain
    assert not unsure.pair(found.targets[0], 0, 0).certain


def test_removing_a_pair_takes_both_its_cells_away(estimated):
    problem, targets, found = estimated
    index = np.zeros(found.index.shape[1:])
    index[1, 2], index[1, 0] = 5, -4
    result = pair_removal_check(problem, targets[0], with_index(found, index), draws=2, count=2)
    sides = build_sides(problem, grid=2)
    a, b = torch.tensor([[True, False, True, True]]), torch.ones(1, len(sides[1]), dtype=torch.bool)
    b[0, [0, 2]] = False
    score = targets[0].score(problem.evaluate(~(sides[0].removed(a) | sides[1].removed(b))))
    whole = targets[0].score(problem.evaluate(torch.ones(1, len(problem.cells), dtype=torch.bool)))
    assert result.cells == (1, 2)
    assert result.score == pytest.approx(float(whole), abs=1e-6)
    assert result.top == pytest.approx(float(whole - score), abs=1e-5)


def test_the_check_is_repeatable_and_chance_is_no_better_than_itself(estimated):
    problem, targets, found = estimated
    everything = len(found.first) * len(found.second)
    one, again = (pair_removal_check(problem, targets[1], found, 3, 0, everything) for _ in range(2))
    assert one == again
    # All pairs there are: whatever is removed, everything is.
    assert one.top == pytest.approx(one.chance, abs=1e-5)
    assert one.top == pytest.approx(one.budget, abs=1e-5)
    assert one.top_single == pytest.approx(one.chance_single, abs=1e-5)
    ratios = compare_removals([one, again])
    assert (ratios.samples, ratios.top) == (2, pytest.approx(one.top))
    assert ratios.chance == ratios.budget == pytest.approx(1, abs=1e-3)


def test_ratios_are_of_means_not_means_of_ratios(estimated):
    problem, targets, found = estimated
    result = pair_removal_check(problem, targets[0], found, 1)
    results = [
        dataclasses.replace(result, top=0.8, chance=0.0, budget=0.2, top_single=0.4, chance_single=0.1),
        dataclasses.replace(result, top=0.4, chance=0.3, budget=0.1, top_single=0.2, chance_single=0.1),
    ]
    ratios = compare_removals(results)
    assert (ratios.chance, ratios.budget, ratios.single) == pytest.approx((4, 4, 3))
    with pytest.raises(InputError, match="at least 1 draw"):
        pair_removal_check(problem, targets[0], found, 0)
