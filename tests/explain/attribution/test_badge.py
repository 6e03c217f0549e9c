"""The badge: its rule at the edges, its words, the agreement of two maps, and a real sample."""

import numpy as np
import pytest
import torch
from cell_toys import array_toy, logit
from spoken import speak_chinese
from tiny_runs import scenes_run, stretch, values_of

from i2moe_core.explain.attribution.badge import (
    CHANCE,
    HOLDS,
    WEAK,
    Badge,
    build_badges,
    judge,
    rank_correlation,
)
from i2moe_core.explain.attribution.choose import compare_methods, judge_maps
from i2moe_core.explain.attribution.engine import attribute_problem, build_method, describe_raw
from i2moe_core.explain.attribution.faithfulness import ALL, Faithfulness
from i2moe_core.explain.attribution.result import Attribution, Attributions


def drops(needed, enough, random=0.0, count=20):
    """A faithfulness in which the map's own drops are flat and the random ones too."""
    return Faithfulness(
        ALL, np.full(5, random + needed), np.full(5, random - enough),
        np.full((count, 5), random), np.full((count, 5), random),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("needed", "enough", "count", "verdict"),
    [
        (0.3, 0.2, 100, HOLDS),
        (0.051, 0.051, 20, HOLDS),
        (0.3, 0.0, 100, HOLDS),  # random parts are enough, too: that test cannot tell
        (0.0, 0.3, 100, HOLDS),
        (0.3, -0.04, 100, HOLDS),
        (0.3, -0.06, 100, WEAK),  # alone they do worse than random ones
        (-0.06, 0.3, 100, WEAK),
        (0.06, 0.0, 100, WEAK),  # under the floor on average
        (0.3, -0.3, 100, WEAK),
        (0.04, 0.04, 100, CHANCE),
        (-0.3, 0.0, 100, CHANCE),
        (0.3, 0.3, 10, CHANCE),  # better than all of ten happens by luck too often
    ],
)
def test_the_verdicts_rule(needed, enough, count, verdict):
    assert judge(drops(needed, enough, 0.5, count), "probability")[0] == verdict


@pytest.mark.parametrize(("lucky", "verdict"), [(0, HOLDS), (4, HOLDS), (5, CHANCE), (50, CHANCE)])
def test_at_most_four_of_a_hundred_random_rankings_may_do_better(lucky, verdict):
    found = drops(0.3, 0.3, 0.5, 100)
    found.random_comprehensiveness[:lucky], found.random_sufficiency[:lucky] = 0.9, 0.1
    said, sentences = judge(found, "probability")
    assert said == verdict
    assert sentences[0].endswith(f"; {lucky} of 100 random orders do as well.")


@pytest.mark.parametrize(("equal", "verdict"), [(8, HOLDS), (9, CHANCE)])
def test_equally_good_rankings_count_half(equal, verdict):
    found = drops(0.3, 0.3, 0.5, 100)
    found.random_comprehensiveness[:equal], found.random_sufficiency[:equal] = 0.8 + 1e-6, 0.2
    assert judge(found, "probability")[0] == verdict


def test_one_lucky_ranking_in_one_test_spoils_nothing():
    found = drops(0.3, 0.3, 0.5, 20)
    found.random_comprehensiveness[4] = 0.9
    assert judge(found, "probability")[0] == HOLDS
    assert judge(found, "probability")[1][1].startswith("Not shown to be needed: ")


def one_word(cells=32):
    """A sample whose answer is one of its cells, and the map that names it first."""
    toy = array_toy(lambda x: x[:, 7], [1.0] * cells)
    return toy, np.eye(cells)[7]


def verdicts_of(toy, *maps):
    found = [
        Attributions(
            "toy", "toy", str(n), {}, toy.cells,
            (Attribution("answer/0", "", None, {}, cells, 1.0, 0.0, None, {"x": 1.0}),),
        )
        for n, cells in enumerate(maps)
    ]  # fmt: skip
    return [b["answer/0"].verdict for b in build_badges(toy, [logit(unit="probability")], found)]


def test_the_right_map_of_a_single_word_holds_though_luck_finds_it_one_time_in_twenty():
    toy, cells = one_word()
    assert verdicts_of(toy, cells, -cells) == [HOLDS, CHANCE]


def test_maps_of_random_numbers_hold_no_more_often_than_said():
    weights = torch.exp(-torch.arange(32.0)).double()  # a few cells do nearly all
    toy = array_toy(lambda x: (x @ weights) / weights.sum(), [1.0] * 32)
    random = np.random.default_rng(0)
    right, *verdicts = verdicts_of(toy, weights.numpy(), *random.normal(size=(200, 32)))
    assert right == HOLDS
    assert verdicts.count(HOLDS) <= 20  # 5% are meant; more than 10% would come 1 time in 1,000
    assert verdicts.count(CHANCE) >= 170


def test_what_speaks_against_a_map_is_said():
    both, needed, enough = judge(drops(-0.1, 0.3, 0.5, 100), "probability")[1]
    assert both.startswith("Only in part better than chance: ")
    assert needed.startswith("Not needed: ")
    assert enough.startswith("They go a long way alone: ")
    both, needed, enough = judge(drops(0.0, -0.3, 0.5, 100), "probability")[1]
    assert both.startswith(
        "Not better than chance: over both tests the parts named first count 15 points less"
    )
    assert (needed[:22], enough[:11]) == ("Not shown to be needed", "Not enough:")


def test_a_logit_is_measured_against_its_reach():
    assert judge(drops(0.3, 0.3, 2.0), "logit")[0] == HOLDS
    assert judge(drops(0.3, 0.3, 20.0), "logit")[0] == CHANCE


def test_the_sentences_say_both_numbers():
    both, needed, enough = judge(drops(0.3, 0.2, 0.1), "probability")[1]
    assert both == (
        "Better than chance: over both tests the parts named first count 25 points more than random ones; "
        "0 of 20 random orders do as well."
    )
    assert needed == (
        "They are needed: without the parts named first the probability falls by 40 points, "
        "without random ones it falls by 10 points."
    )
    assert enough == (
        "They go a long way alone: with only the parts named first the probability rises by 10 points, "
        "with only random ones it falls by 10 points."
    )
    assert "the logit falls by 2.30" in judge(drops(0.3, 0.3, 2.0), "logit")[1][1]
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


def test_a_badge_is_told_in_the_language_of_who_asks(monkeypatch):
    found = Badge("answer/0", "probability", None, {ALL: drops(0.3, 0.2, 0.1)}, None, None, HOLDS)
    assert found.sentences == judge(drops(0.3, 0.2, 0.1), "probability")[1]
    speak_chinese(monkeypatch)
    assert found.sentences[1:] == (
        "这些部分是必需的：拿掉最先点名的部分，概率下降 40 个百分点；拿掉随机的部分则下降 10 个百分点。",
        "单靠这些部分就差不多够了：只留最先点名的部分，概率上升 10 个百分点；"
        "只留随机的部分则下降 10 个百分点。",
    )
