"""Sentences of weak points from numbers made by hand: every case, in both languages."""

import pytest

from i2moe_core import language
from i2moe_core.analysis.weak.points import POINTS
from i2moe_core.analysis.weak.says import point_says
from i2moe_core.explain.loss_names import loss_title
from i2moe_core.explain.numbers import counted, joined
from i2moe_core.language import follow

NAN = float("nan")
PAIR = {"a": "task", "b": "unique:0", "cosine": -0.5, "std": 0.1, "start": 0.02}
LOG = {"a": "synergy", "b": "gate", "mean": -0.3, "negative": 1.0}
COUNTS = {"agree_right": 3, "agree_wrong": 1, "disagree_right": 2, "disagree_wrong": 2}
APART = {"share": 0.5, "accuracy_agree": 0.75, "accuracy_disagree": 0.5, "quadrants": COUNTS}
USED = {
    "experts": 2, "effective": 1.5, "measure": "accuracy", "weight": {"synergy": 0.9, "redundancy": 0.1},
    "without": {"synergy": {"drop_low": 0.2}, "redundancy": {"drop_low": 0.1}},
}  # fmt: skip
SCAN = [{"margin": margin, "active": active} for margin, active in ((0.5, 0.0), (1.0, 0.5), (2.0, 1.0))]
GRADIENT = {"gradient": {"synergy": 0.9, "redundancy": 0.1}, "weight": {"synergy": 0.6, "redundancy": 0.4}}
SPREAD = {"experts": {"synergy": 0.1, "redundancy": 0.3}, "changed": 1.0}


def idle(*names, **more):
    return USED | {"without": USED["without"] | {name: {"drop_low": 0.0} for name in names}} | more


def sign(verdict, value):
    return APART | {"sign": {"verdict": verdict, "value": value}}


@pytest.fixture
def chinese(monkeypatch):
    monkeypatch.setattr(language._Current, "resolver", None)  # what the app follows comes back afterwards
    follow(lambda: "zh")


CASES = [
    ("conflict", {"lowest": None}, "Only one loss is minimised"),
    (
        "conflict",
        {"lowest": PAIR},
        "'Task' and 'Image alone' pull most against each other: cosine −0.50 ± 0.10.",
    ),
    ("conflict", {"lowest": PAIR}, "At the start it was +0.02."),
    ("conflict", {"lowest": PAIR | {"cosine": 0.3}}, "no two losses pull clearly against each other"),
    ("conflict", {"lowest": PAIR, "logged": [LOG]}, "mean cosine −0.30, below 0 in 100% of the epochs."),
    (
        "conflict",
        {"lowest": PAIR, "logged": [LOG | {"mean": 0.0}]},
        "on average; the lowest are 'Synergy' and",
    ),
    ("suppression", {"gradient": {}}, "No gradient reaches"),
    (
        "suppression",
        GRADIENT,
        "Redundancy gets the least of the experts' gradient, 10.0% (an even share is 50.0%)",
    ),
    ("suppression", GRADIENT | {"logged": {"synergy": 0.9}}, "Over the training Redundancy"),
    (
        "disagreement",
        sign("good", 0.8),
        "Of the 4 answers where all experts agree, 75.0% are right; of the 4 others",
    ),
    (
        "disagreement",
        sign("good", 0.8),
        "Agreement is a good sign here: a right answer has less disagreement",
    ),
    (
        "disagreement",
        sign("bad", 0.2),
        "Agreement is a bad sign here: the more the experts agree, the more often",
    ),
    ("disagreement", sign("unclear", 0.5), "anything about being right: a right answer has less"),
    ("disagreement", sign("unclear", NAN), "anything about being right."),
    ("disagreement", sign("unclear", None), "anything about being right."),
    (
        "disagreement",
        sign("unclear", NAN) | {"share": 1.0, "quadrants": COUNTS | {"agree_right": 0, "agree_wrong": 0}},
        "In none of the 4 samples do all",
    ),
    (
        "disagreement",
        sign("unclear", NAN)
        | {"share": 0.0, "quadrants": COUNTS | {"disagree_right": 0, "disagree_wrong": 0}},
        "In all 4 samples the",
    ),
    ("replacement", {"random": None, "swap": None}, "No sample has all its inputs"),
    ("replacement", {"random": SPREAD, "swap": SPREAD}, "of the answer by 0.200 (standard deviation)"),
    ("replacement", {"random": SPREAD, "swap": SPREAD}, "In 100% of the replacements"),
    ("experts", USED, "Of 2 experts the weights use 1.5; without any of them fewer answers are right."),
    ("experts", idle("redundancy"), "without Redundancy no fewer answers are right."),
    ("experts", idle("synergy", "redundancy"), "without any one of Synergy and Redundancy no fewer"),
    ("experts", idle("synergy", measure="r2"), "Of 2 experts the weights use 1.5."),
    (
        "experts",
        USED | {"hardly": ["redundancy"]},
        "Redundancy is hardly used: 10.0% of the weight at most.",
    ),
    ("experts", USED | {"hardly": ["synergy", "redundancy"]}, "Synergy and Redundancy are hardly used"),
    ("gate", {"by_class": None}, "nothing to explain"),
    (
        "gate",
        {"by_class": 0.25, "contribution": {"same": 1.0}},
        "25.0% follow from the answer's class alone.",
    ),
    ("margin", {"used": False}, "no triplet loss"),
    ("margin", {"used": True, "margin": 1.0, "sensitivity": SCAN, "gap_median": 3.0}, "margin of 1, 0% of"),
    (
        "margin",
        {
            "used": True,
            "sweep": [{"margin": m, "accuracy": m / 4, "contribution_argmax": NAN} for m in (0.5, 1, 2)],
        },
        "Over the margins 0.5, 1 and 2 the accuracy moves by 0.375.",
    ),
    (
        "margin",
        {
            "used": True,
            "sweep": [{"margin": m, "accuracy": None, "contribution_argmax": m} for m in (0.5, 1)],
        },
        "name the true interaction moves by 0.500.",
    ),
    (
        "cost",
        {"training": {"ratio": 2.5}, "seconds_per_sample": {"ratio": 2.0}, "parameters": {"ratio": 3.0}},
        "2.5 times as long to train as the single fusion, 2.0 times as long to answer, and has 3.0 times",
    ),
]


@pytest.mark.parametrize(("key", "numbers", "said"), CASES)
def test_what_is_said_has_the_numbers(key, numbers, said):
    assert said in point_says(key, numbers, ("image", "text"))


@pytest.mark.parametrize(("key", "numbers", "said"), CASES)
def test_and_is_said_in_chinese(key, numbers, said, chinese):
    found = point_says(key, numbers, ("image", "text"))
    assert "。" in found
    assert "。 " not in found
    assert not any(word in found for word in (" the ", " of ", "Task", "alone"))


def test_every_point_has_a_case():
    assert {case[0] for case in CASES} == set(POINTS)


def test_an_unknown_start_is_left_out():
    for start in (None, NAN):
        assert "start" not in point_says("conflict", {"lowest": PAIR | {"start": start}}, ("image", "text"))


def test_a_probe_is_named_by_its_inputs(chinese):
    names = ("task", "gate", "all", "image", "unique:1", "x9")
    assert [loss_title(name, ("image", "text")) for name in names] == [
        "任务", "门控", "全部输入的探针", "图像的探针", "仅文本", "X9",
    ]  # fmt: skip


def test_sentences_follow_each_other_with_a_blank_in_english_only(chinese, monkeypatch):
    assert joined(["一。", "二。", "三。"]) == "一。二。三。"
    monkeypatch.setattr(language._Current, "resolver", staticmethod(lambda: "en"))
    assert joined(["One.", "Two.", "{three}"]) == "One. Two. {three}"
    assert joined([]) == ""


def test_what_was_counted_may_be_all_or_nothing():
    assert [counted(share) for share in (0.0, 1.0, 0.5, 0.9996)] == ["0%", "100%", "50.0%", "over 99.9%"]
