"""The Trust page's numbers and sentences: from an audit, from weak points, from a comparison."""

import made_up
import numpy as np
import pandas as pd
import pytest

from i2moe_core.analysis.comparison.compare import Comparison
from i2moe_core.ui import repeated, trusted, weak_conflicts, weak_lights, weakness
from i2moe_core.ui.believed import advice, beliefs
from i2moe_core.ui.weak_words import WORDS

EXPERTS = ("unique:image", "unique:text", "synergy", "redundancy")
DETAIL = {
    "unique:image": {
        "score": 0.9, "ability": 0.9, "specificity": 1.0, "accuracy_others_swapped": 0.95, "tv_own": 0.6,
        "tv_others": 0.1,
    },
    "synergy": {
        "score": 0.7, "ability": 0.9, "specificity": 0.8, "accuracy": 0.96, "accuracy_swapped": 0.35,
        "confidence_swapped": 0.5,
    },
    "redundancy": {
        "score": 0.8, "ability": 0.9, "specificity": 0.9, "accuracy_agreeing": 0.97,
        "confidence_contradicting": 0.4,
    },
    "chance": 0.3, "ceiling": 0.6, "samples": 1500,
}  # fmt: skip
AUDIT = made_up.GOOD_AUDIT | {"roles_detail": DETAIL, "mean_weights": dict.fromkeys(EXPERTS, 0.25)}
UNKNOWN = AUDIT | {"contribution_argmax": None, "gate_argmax": None, "irs": None}


def finding(audit, place):
    return beliefs(audit)[place].finding


def test_a_number_is_found_under_its_keys_or_not_at_all():
    assert trusted.number_of({"a": {"b": 2}}, "a", "b") == 2.0
    for values in (None, {}, {"a": 1}, {"a": {"b": "2"}}, {"a": {"b": True}}, {"a": {"b": float("nan")}}):
        assert trusted.number_of(values, "a", "b") is None


def test_recovery_has_a_row_for_each_known_measure_with_its_own_interval():
    rows = trusted.recovery_rows(AUDIT | {"pointwise_argmax": 0.9, "probe_argmax": None})
    assert list(rows["label"]) == ["Answer share", "Gate weight", "PID of model"]
    assert rows["share"].tolist() == [0.97, 0.98, 0.9]
    width = (rows["high"] - rows["low"]).tolist()
    assert width[2] > 2 * width[0]  # 300 samples against 1,500
    assert trusted.recovery_rows(UNKNOWN).empty


def test_roles_say_what_was_swapped_and_what_became_of_it():
    said = trusted.role_sentences(AUDIT)
    assert len(said) == 3  # text alone has no details
    assert "right in 95.0%" in said[0]
    assert "0.60" in said[0]
    assert "0.10" in said[0]
    assert "right in 96.0% as given, in 35.0% at most" in said[1]
    assert "40.0% sure" in said[2]


def test_a_hostile_expert_name_stays_text():
    name = f"unique:{made_up.HOSTILE}"
    audit = AUDIT | {"roles": {name: 0.4}, "roles_detail": {name: DETAIL["unique:image"]}}
    for text in [*trusted.role_sentences(audit), finding(audit, 2), advice(audit)]:
        assert "![x](http" not in text
        assert "<img" not in text.replace("\\<", "")


@pytest.mark.parametrize(
    ("image", "silent"), [(0.31, ["image"]), (0.5, []), (None, [])]
)  # chance is .3, together .9
def test_an_input_that_tells_nothing_alone_excuses_its_expert(image, silent):
    audit = AUDIT | {"probe_accuracy": {"image": image, "text": 0.7, "all": 0.9}}
    assert trusted.silent_inputs(audit) == silent
    assert ("has nothing to show" in finding(audit, 2)) == bool(silent)


def test_every_question_says_its_numbers():
    assert "**99.0%** of 1,500 test samples" in finding(AUDIT, 0)
    assert "would get 30.0%" in finding(AUDIT, 0)
    assert "**97.0%** of the samples; guessing gets 25.0%" in finding(AUDIT, 1)
    assert "average **0.92** of 1; the least is Redundancy with 0.85" in finding(AUDIT, 2)
    assert "AUROC of **0.60**" in finding(AUDIT, 3)
    assert [belief.light for belief in beliefs(AUDIT)] == ["good"] * 4


def test_without_truth_nothing_is_claimed():
    assert beliefs(UNKNOWN)[1].light == "unknown"
    assert "Nobody knows" in finding(UNKNOWN, 1)
    assert beliefs(UNKNOWN)[3].light == "unknown"
    assert "no mark to pass" in finding(UNKNOWN, 3)


def test_other_tasks_name_their_measure():
    audit = AUDIT | {"measure": "r2", "accuracy": 0.71, "calibration": None}
    assert finding(audit, 0) == "R² is **0.710** on 1,500 test samples."


def test_the_advice_follows_the_verdict():
    assert "may be read as its reason" in advice(AUDIT)
    assert "are no reason for them" in advice(made_up.BAD_AUDIT)
    assert "Nobody knows the true reasons" in advice(UNKNOWN)
    assert "hint" in advice(AUDIT | {"leak": 0.68})
    weak = AUDIT | {"roles": AUDIT["roles"] | {"synergy": 0.6}}
    assert "Take care with **Synergy**" in advice(weak)


def test_who_helps_is_told_where_an_input_misleads():
    part = {"samples": 5, "evidence": {"synergy": 0.4, "redundancy": None}}
    rows = trusted.helper_rows({"needed_together": {"text": part, "image": {"samples": 0, "evidence": {}}}})
    assert rows.to_dict("records") == [{"group": "Text wrong", "expert": "synergy", "value": 0.4}]
    assert trusted.helper_rows({"needed_together": None}).empty


# --- weak points


def point(number=None, **numbers):
    return {"number": number, "numbers": numbers, "says": ""}


def judged(key, **numbers):
    return weak_lights.light_of_point(key, point(**numbers))


def test_opposed_losses_are_never_more_than_a_hint():
    def phases(cosine):
        return {"phases": {"all": {"lowest": None if cosine is None else {"cosine": cosine}}}}

    assert judged("conflict", **phases(-0.9)) == "partly"
    assert judged("conflict", **phases(-0.1)) == "good"
    assert judged("conflict", **phases(None)) == "unknown"
    assert judged("conflict", logged=[{"mean": -0.6}]) == "poor"
    assert judged("conflict", logged=[{"mean": 0.1}]) == "good"


def test_losses_without_a_gradient_are_named_instead_of_drawn():
    nan = float("nan")
    phase = {
        "losses": ["task", "unique:0", "synergy"], "std": np.full((3, 3), 0.1),
        "cosines": [[1, nan, -0.5], [nan, nan, nan], [-0.5, nan, 1]],
        "start": {"cosines": np.full((3, 3), 0.25)},
    }  # fmt: skip
    alone = {"losses": ["task"], "cosines": [[1]], "std": [[0]]}
    (found,) = weak_conflicts.conflicts(point(phases={"all": phase, "last": alone}), ["image", "text"])
    assert found.names == ["Task", "Synergy"]
    assert found.silent == ["Image alone"]
    assert found.cosines[1, 0] == -0.5
    assert found.notes[1, 0] == "−0.500 ± 0.100, at the start +0.250"
    (found,) = weak_conflicts.conflicts(point(phases={"all": phase | {"start": None}}), ["image", "text"])
    assert found.notes[1, 0] == "−0.500 ± 0.100"


@pytest.mark.parametrize(
    ("least", "own", "light"), [(0.2, 0.0, "good"), (0.02, 0.8, "partly"), (0.02, 0.1, "poor")]
)
def test_a_starved_expert_is_marked_unless_its_own_loss_feeds_it(least, own, light):
    gradient = {"synergy": least, "redundancy": 1 - least}
    assert judged("suppression", even=0.25, gradient=gradient, own={"synergy": own}) == light


@pytest.mark.parametrize(
    ("share", "verdict", "light"),
    [(0.5, "unclear", "good"), (0.5, "good", "partly"), (0.5, "bad", "poor"), (1.0, "unclear", "unknown")],
)
def test_disagreement_is_judged_by_what_it_tells_of_being_right(share, verdict, light):
    assert judged("disagreement", share=share, sign={"verdict": verdict}) == light


@pytest.mark.parametrize(("spread", "light"), [(0.02, "good"), (0.1, "partly"), (0.19, "poor")])
def test_chance_is_judged_against_the_effect(spread, light):
    assert judged("replacement", random={"experts": {"a": spread}, "effect": {"a": 0.2}}) == light
    assert judged("replacement", random=None) == "unknown"


def test_idle_experts_are_counted():
    def without(*lows):
        return {"without": {str(n): {"drop_low": low} for n, low in enumerate(lows)}}

    assert judged("experts", **without(0.1, 0.2)) == "good"
    assert judged("experts", **without(0.1, 0.0)) == "partly"
    assert judged("experts", **without(-0.1, 0.0)) == "poor"
    assert judged("experts", **without(None, None)) == "unknown"


def test_a_gate_is_judged_only_where_kind_and_class_are_apart():
    assert judged("gate", by_class=0.5, by_interaction=0.2) == "poor"
    assert judged("gate", by_class=0.05, by_interaction=0.9) == "good"
    assert judged("gate", by_class=0.5, by_interaction=None) == "unknown"


def test_the_margin_is_judged_by_its_reach():
    assert judged("margin", used=False) == "good"
    assert judged("margin", used=True, sensitivity=[{"active": 0.1}, {"active": 0.6}]) == "poor"
    assert judged("margin", used=True, sweep=[{"accuracy": 0.9}, {"accuracy": 0.91}]) == "good"


def test_each_point_has_words_a_judge_and_a_short_number():
    keys = set(WORDS)
    assert keys == set(weak_lights.JUDGES)
    numbers = {
        "conflict": (-0.86, "cosine −0.86"), "suppression": (0.031, "least gets 3.1%"),
        "disagreement": (0.5, "in 50.0% of the samples"), "replacement": (0.099, "± 9.9 points"),
        "experts": (3.9, "3.9 of 4 used"), "gate": (0.3, "30.0% by the class"),
        "margin": (0.1, "moves 10 points"), "cost": (2.0, "2.0 × the training"),
    }  # fmt: skip
    for key in keys:
        number, written = numbers[key]
        assert weakness.short_number(key, point(number, used=True, experts=4)) == written
        assert weakness.short_number(key, point(None, used=True)) == "not known"
    assert weakness.short_number("margin", point(None, used=False)) == "not used"


def test_losses_have_plain_names():
    names = ["task", "unique:0", "unique:text", "image", "all", "alignment", "unique:7"]
    labels = [weak_conflicts.loss_title(name, ["image", "text"]) for name in names]
    assert labels[:6] == ["Task", "Image alone", "Text alone", "Probe of image", "Probe of all", "Alignment"]


def test_right_answers_are_counted_by_agreement():
    counts = {"agree_right": 8, "agree_wrong": 2, "disagree_right": 5, "disagree_wrong": 5}
    known = {"accuracy_agree": 0.8, "accuracy_agree_interval": [0.5, 0.9], "accuracy_disagree": None}
    rows = weakness.agreement_rows(point(quadrants=counts, **known))
    assert rows["key"].tolist() == ["agree"]
    assert rows["rest"].iloc[0] == pytest.approx(0.65)


def test_costs_are_in_multiples_of_the_single_fusion():
    rows = weakness.cost_rows(
        point(
            parameters={"ratio": 2.5},
            seconds_per_sample={"ratio": 1.5, "single": 0.002, "all_passes": 0.008},
            training={"ratio": 3.0},
        )
    )
    assert rows["ratio"].tolist() == [2.5, 1.5, 4.0, 3.0]


# --- several trainings


def comparison(dominant=(0.97, 0.9), groups=(1, 1, 2)):
    runs = ("a", "b", "c")
    table = pd.DataFrame({"run": runs, "group": groups} | {f"weight.{e}": 0.25 for e in EXPERTS})
    pairs = pd.DataFrame({"a": ["a", "a"], "b": ["b", "c"], "same_dominant": dominant, "same_answer": 0.98})
    pairs["same_dominant_low"], pairs["same_dominant_high"] = 0.8, 0.99
    for n, expert in enumerate(EXPERTS):
        pairs[f"rank.{expert}"] = [0.9, 0.8 - n / 10]
        pairs[f"rank_low.{expert}"] = pairs[f"rank_high.{expert}"] = 0.5
    empty = pd.DataFrame()
    return Comparison(runs, EXPERTS, "made", "test", 10, "accuracy", table, pairs, empty, empty, empty)


def test_the_pair_that_agrees_least_decides():
    assert repeated.lead_light(comparison()) == "good"
    assert repeated.lead_light(comparison((0.97, 0.8))) == "partly"
    assert repeated.lead_light(comparison((0.97, 0.3))) == "poor"
    assert repeated.lead_light(comparison((np.nan, np.nan))) == "unknown"
    assert "**93.5%** of the samples, in the worst case in 90.0%" in repeated.lead_sentence(comparison())
    assert "no experts" in repeated.lead_sentence(comparison((np.nan, np.nan)))


def test_what_differs_beside_the_seed_is_said():
    assert "Only these differ in nothing but their seed: a, b." in repeated.seed_sentence(comparison())
    assert "is chance" in repeated.seed_sentence(comparison(groups=(1, 1, 1)))
    assert "more than their seed" in repeated.seed_sentence(comparison(groups=(1, 2, 3)))


def test_frames_of_a_comparison_have_a_row_for_each_pair_and_expert():
    found = comparison()
    assert repeated.lead_rows(found)["label"].tolist() == ["a and b", "a and c"]
    assert len(repeated.weight_rows(found)) == 3 * 4
    assert len(repeated.rank_rows(found)) == 2 * 4
    assert "**Redundancy**: rank correlation 0.50 between a and c" in repeated.least_stable(found)


def test_one_comparison_whatever_the_order(tmp_path, monkeypatch):
    monkeypatch.setenv("I2MOE_CHECKPOINTS", str(tmp_path))
    path = repeated.comparison_path(["x-1", "y-2"], "test")
    assert path == repeated.comparison_path(["y-2", "x-1"], "test")
    assert path != repeated.comparison_path(["y-2", "x-1"], "train")
    assert repeated.find_comparison(path) is None
