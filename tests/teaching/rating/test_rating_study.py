"""Studies: balanced, blind, frozen; placebo explanations that still add up."""

from collections import Counter
from dataclasses import asdict

import made_up
import numpy as np
import pytest
from studied import KINDS, made_study

from i2moe_core.errors import InputError
from i2moe_core.teaching.rating.placebo import PLACEBO, REAL, assign_arms, derangement
from i2moe_core.teaching.rating.study import (
    check_name,
    list_studies,
    load_study,
    order_for,
    save_study,
)


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("count", [7, 16])
def test_arms_are_balanced_over_all_and_within_each_kind(count, seed):
    study = made_study(count, seed)
    assert len({item.sample for item in study.items}) == count
    arms = Counter(item.arm for item in study.items)
    assert abs(arms[REAL] - arms[PLACEBO]) <= 1
    for kind in set(KINDS):
        own = Counter(item.arm for item in study.items if item.kind == kind)
        assert abs(own[REAL] - own[PLACEBO]) <= 1


def test_who_gets_the_placebo_is_a_matter_of_chance():
    first = [assign_arms(["a"] * 4 + ["b"] * 4, np.random.default_rng(seed))[0] for seed in range(400)]
    assert 160 < first.count(PLACEBO) < 240  # 200 +- 4 standard deviations


def test_a_derangement_leaves_nothing_and_all_are_equally_likely():
    random = np.random.default_rng(0)
    drawn = Counter(tuple(derangement(4, random).tolist()) for _ in range(4500))
    assert len(drawn) == 9  # !4
    assert all(410 < count < 590 for count in drawn.values())  # 500 +- 4 standard deviations
    assert not any(place == n for order in drawn for n, place in enumerate(order))
    with pytest.raises(ValueError, match="two or more"):
        derangement(1, random)


def test_a_placebo_holds_the_same_numbers_at_other_experts_and_still_adds_up():
    for item in made_study().items:
        found = made_up.made_explanation(seed=int(item.sample[1:]))
        best = int(found.probabilities.argmax())
        parts = [float(expert.contribution[best]) for expert in found.experts]
        pairs = list(zip(item.weights, item.parts, strict=True))
        own = list(zip(found.weights.tolist(), parts, strict=True))
        assert sorted(pairs) == sorted(own)
        moved = [a != b for a, b in zip(pairs, own, strict=True)]
        assert not any(moved) if item.arm == REAL else moved[int(np.argmax(found.weights))]
        assert sum(item.parts) == pytest.approx(item.total)
        assert item.answer == found.prediction


def test_each_rater_sees_all_items_in_an_order_of_their_own():
    study = made_study()
    orders = [order_for(study, rater) for rater in ("R1", "R2", "R1")]
    assert sorted(orders[0]) == list(range(16))
    assert orders[0] == orders[2]
    assert orders[0] != orders[1]


def test_no_place_in_the_order_belongs_to_an_arm():
    study = made_study()
    first = [study.items[order_for(study, f"R{n}")[0]].arm for n in range(300)]
    assert 110 < first.count(PLACEBO) < 190


def test_a_study_is_read_back_and_never_overwritten(tmp_path):
    study = made_study()
    save_study(tmp_path, study)
    assert load_study(tmp_path, "first") == study
    assert asdict(load_study(tmp_path, "first")) == asdict(study)
    assert list_studies(tmp_path) == ["first"]
    with pytest.raises(InputError, match="already"):
        save_study(tmp_path, made_study(seed=1))
    assert load_study(tmp_path, "first") == study


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".hidden", "x" * 41, "a ", "a\nb", "con:1"])
def test_a_name_that_is_no_folder_is_refused(name):
    with pytest.raises(InputError, match="1 to 40 letters"):
        check_name(name)


def test_what_cannot_be_made_is_one_sentence(tmp_path):
    with pytest.raises(InputError, match="2 to 40 items, but 50"):
        made_study(50)
    with pytest.raises(InputError, match="2 to 3 items"):
        made_study(4, kinds=["synergy"] * 3 + [None] * 37)
    with pytest.raises(InputError, match="no study 'gone'"):
        load_study(tmp_path, "gone")
    (tmp_path / "torn").mkdir()
    (tmp_path / "torn" / "study.json").write_text('{"name": ')
    with pytest.raises(InputError, match="not valid JSON"):
        load_study(tmp_path, "torn")


def test_names_in_chinese_are_names():
    check_name("评分 一")
