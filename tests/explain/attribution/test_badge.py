"""The badge: its rule at the edges, its words, the agreement of two maps, and a real sample."""

import numpy as np
import pytest
import torch
from cell_toys import array_toy, logit
from tiny_runs import scenes_run, stretch, values_of

from i2moe_core.explain.attribution.badge import CHANCE, HOLDS, WEAK, build_badges, judge, rank_correlation
from i2moe_core.explain.attribution.choose import compare_methods, judge_maps
from i2moe_core.explain.attribution.engine import attribute_problem, build_method, describe_raw
from i2moe_core.explain.attribution.faithfulness import ALL, Faithfulness
from i2moe_core.explain.attribution.result import Attributions


def drops(needed, enough, random=0.0, count=20):
    """A faithfulness in which the map's own drops are flat and the random ones too."""
    return Faithfulness(
        ALL, np.full(5, random + needed), np.full(5, random - enough),
        np.full((count, 5), random), np.full((count, 5), random),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("needed", "enough", "count", "verdict"),
    [
        (0.3, 0.2, 20, HOLDS),
        (0.051, 0.051, 20, HOLDS),
        (0.04, 0.2, 20, WEAK),  # under the floor
        (0.3, -0.1, 20, WEAK),
        (0.04, 0.04, 20, CHANCE),
        (-0.3, 0.0, 20, CHANCE),
        (0.3, 0.3, 10, CHANCE),  # better than all of ten happens by luck too often
    ],
)
def test_the_verdicts_rule(needed, enough, count, verdict):
    assert judge(drops(needed, enough, 0.5, count), "probability")[0] == verdict


def test_one_random_ranking_as_good_spoils_it():
    found = drops(0.3, 0.3)
    found.random_comprehensiveness[4] = 0.4
    assert judge(found, "probability")[0] == WEAK


def test_a_logit_is_measured_against_its_reach():
    assert judge(drops(0.3, 0.3, 2.0), "logit")[0] == HOLDS
    assert judge(drops(0.3, 0.3, 20.0), "logit")[0] == CHANCE


def test_the_sentences_say_both_numbers():
    needed, enough = judge(drops(0.3, 0.2, 0.1), "probability")[1]
    assert needed == (
        "They are needed: without the parts named first the probability falls by 40 points, "
        "without random ones it falls by 10 points."
    )
    assert enough == (
        "They go a long way alone: with only the parts named first the probability rises by 10 points, "
        "with only random ones it falls by 10 points."
    )
    assert "the logit falls by 2.30" in judge(drops(0.3, 0.3, 2.0), "logit")[1][0]
    assert judge(None, "weight") == (
        CHANCE,
        ("The map gives every part the same number, so it ranks nothing.",),
    )


@pytest.mark.parametrize(
    ("second", "expected"),
    [([10, 20, 40, 80], 1), ([4, 3, 2, 1], -1), ([1, 3, 2, 4], 0.8), ([1, 1, 2, 2], 0.894427)],
)
def test_rank_correlation(second, expected):
    found = rank_correlation(np.arange(4.0), np.array(second, dtype=float))
    assert found == pytest.approx(expected, abs=1e-6)


def test_rank_correlation_leaves_out_silent_cells_and_says_nothing_of_flat_maps():
    nan = float("nan")
    assert rank_correlation(np.array([1, 2, 3, nan]), np.array([1, 2, nan, 0])) == pytest.approx(1)
    assert rank_correlation(np.array([1, 2, 3.0]), np.ones(3)) is None
    assert rank_correlation(np.array([1, nan]), np.array([nan, 1])) is None


def test_a_true_map_holds_and_a_false_one_does_not():
    weights = torch.arange(20.0, 0, -1).double()
    toy = array_toy(lambda x: x @ weights, [1.0] * 20)
    maps = []
    for name, sign in (("feature_ablation", 1), ("shapley_sampling", -1)):
        method = build_method(name, {})
        raw = [tuple(sign * part for part in attribute_problem(toy, method, [logit()])[0])]
        items = tuple(describe_raw(toy, method, [logit()], raw))
        maps.append(Attributions("toy", "toy", name, {}, toy.cells, items))
    true, false = (badges["answer/0"] for badges in build_badges(toy, [logit()], maps))
    assert (true.verdict, false.verdict) == (HOLDS, CHANCE)
    assert true.agreement == pytest.approx(-1)
    assert (true.other, false.other) == ("shapley_sampling", "feature_ablation")
    assert true.completeness is None
    assert false.completeness == pytest.approx(2, abs=1e-6)  # its sum has the wrong sign
    assert true.gap > 10 > -10 > false.gap


def test_maps_judged_later_get_the_same_badges():
    run, _ = scenes_run()
    stretch(run.model, 1.5)
    values = values_of(run, 0)
    found = compare_methods(run, values, ("feature_ablation", "occlusion"), ["answer/0", "gate/synergy"])
    again = judge_maps(run, values, found.maps)
    for first, second in zip(found.badges, again, strict=True):
        assert list(first) == ["answer/0", "gate/synergy"]
        for key in first:
            assert first[key].sentences == second[key].sentences
            assert first[key].gap == pytest.approx(second[key].gap)
            assert set(first[key].parts) == {ALL, "image", "text"}
    with pytest.raises(ValueError, match="one sample"):
        judge_maps(run, values, [found.maps[0], compare_methods(run, values, ("occlusion",)).maps[0]])
