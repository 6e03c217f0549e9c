"""Figures by their properties: pure, empty-proof, transparent, inert, and with the numbers that went in."""

import copy

import numpy as np
import pandas as pd
import pytest

from i2moe_core import plots
from i2moe_core.plots.palette import FIXED, INK

NAMES = list(FIXED)
CLASSES = ("circle", "triangle", "cross")
P = np.array([0.7, 0.2, 0.1])
E_C = np.array([P, P[::-1], [0.2, 0.3, 0.5], [0.4, 0.4, 0.2]])
GIVEN = E_C[:, 0]
SWAPPED = np.linspace(0, 1, 20).reshape(5, 4)
AUDIT = pd.DataFrame(
    {"label": ["Accuracy", "Leak"], "value": [0.9, 0.6], "goal": [0.95, np.nan], "colour": [INK, INK]}
)
PIXELS = np.arange(8 * 8 * 3, dtype=np.uint8).reshape(8, 8, 3)
MAP = np.linspace(-1, 1, 64).reshape(8, 8)
PARTS = plots.Parts([(0, 0, 4, 4), (4, 4, 8, 8)], [0.5, -1.0], ["row 1, column 1", "row 2, column 2"], [3, 7])
POINTS = pd.DataFrame(
    {
        "x": [0.0, 1.0, 2.0],
        "y": [0.0, 1.0, 0.5],
        "place": [4, 7, 9],
        "live": [True, True, False],
        "group": list("aba"),
    }
)  # fmt: skip
AGAINST = pd.DataFrame(
    {
        "key": ["a", "b"], "label": ["first", "second"], "value": [0.5, 0.1], "low": [0.4, 0.05],
        "high": [0.6, 0.2], "rest": [0.2, 0.12], "colour": [INK, INK], "sure": [True, False],
    }
)  # fmt: skip
CURVES = pd.DataFrame({"name": ["agree"] * 3, "coverage": [0.2, 0.5, 1.0], "accuracy": [1.0, 0.9, 0.8]})
MEASURED = pd.DataFrame(
    [("share", "Answer share", "share", e, 0.25, 0.2, 0.3) for e in NAMES]
    + [
        ("emap", "EMAP", "logit", e, m, -1.0, 1.0)
        for e, m in zip(NAMES, (1.0, -0.5, 0.2, np.nan), strict=True)
    ],
    columns=["measure", "label", "unit", "expert", "mean", "low", "high"],
)
HITS = pd.DataFrame(
    {"measure": ["share"], "label": ["Answer share"], "share": [0.8], "low": [0.7], "high": [0.9]}
)
WHOLE = pd.DataFrame({"expert": NAMES, "bits": P[0], "chance": 0.01, "pointwise": [0.3, 0.1, np.nan, -0.1]})
RANKED = (["weight", "share", "drop"], ["Gate weight", "Answer share", "Modality drop"])
CORRELATED = np.array([[1.0, 0.5, -0.25], [0.5, 1.0, np.nan], [-0.25, np.nan, 1.0]])
SPREAD = pd.DataFrame(
    {
        "name": NAMES, "label": NAMES, "low": 0.0, "high": 1.0, "count": 5,
        "q05": 0.0, "q25": 0.2, "q50": 0.5, "q75": 0.8, "q95": 1.0, "mean": 0.5,
        "density": [np.array([0.5, 1.0, 0.5, 0.0])] * 4,
    }
)  # fmt: skip
LED = pd.DataFrame({"expert": NAMES, "share": P[0], "low": 0.6, "high": 0.8, "count": 4})
TABLE = pd.DataFrame({"name": CLASSES, "count": 3} | dict.fromkeys(NAMES, P))
LOSS = pd.DataFrame(
    {"part": ["training", "validation"] * 2, "epoch": [1, 1, 2, 2], "value": [1.0, 2.0, 0.5, 1.5]}
)
COURSE = pd.DataFrame({"name": ["Accuracy"] * 3, "epoch": [1, 2, 3], "value": [0.4, 0.6, 0.7]})
SWEPT = pd.DataFrame(
    {
        "margin": [0.1, 0.1, 2.0], "fusion": ["concat", "tensor", "concat"], "seed": [0, 1, 0],
        "accuracy": [0.5, 0.7, 0.9], "roles.synergy": 0.2, "problem": None,
    }
)  # fmt: skip
TWICE = pd.DataFrame({"id": ["a", "b"], "x": [0.2, 0.7], "y": [0.3, 0.1], "same": [True, False]})
ROLES = pd.DataFrame(
    {"expert": NAMES, "score": 0.5, "ability": [1.2, -0.1, 0.6, np.nan], "specificity": 0.9}
)  # fmt: skip
RIGHT = pd.DataFrame({"label": ["a", "b"], "value": [0.9, -0.2], "colour": INK})
HELPERS = pd.DataFrame({"group": ["text wrong"] * 4, "expert": NAMES, "value": [0.4, -0.1, 0.3, 0.0]})
REPEATED = pd.DataFrame(
    {
        "expert": NAMES * 2, "label": ["first"] * 4 + ["second"] * 4, "value": 0.3, "low": np.nan,
        "high": np.nan,
    }
)  # fmt: skip
LOST = pd.DataFrame(
    {"label": ["a", "b"], "value": [0.1, -0.02], "low": [0.05, np.nan], "high": [0.2, np.nan], "colour": INK}
)
COSINES = np.array([[1.0, -0.8, np.nan], [-0.8, 1.0, 0.001], [np.nan, 0.001, 1.0]])
FULL = {
    "roles": (plots.plot_roles, (ROLES, 0.75)),
    "zones": (plots.plot_zones, (0.6, [(0.65, INK), (1.0, INK)], {0.5: "none", 1.0: "all"}, 0.5)),
    "accuracies": (plots.plot_accuracies, (RIGHT, 0.8)),
    "helpers": (plots.plot_helpers, (HELPERS,)),
    "stability": (plots.plot_stability, (REPEATED,)),
    "changes": (plots.plot_changes, (LOST,)),
    "cost": (plots.plot_cost, (pd.DataFrame({"label": ["An answer"], "ratio": [1.5]}),)),
    "scan": (plots.plot_scan, (pd.DataFrame({"setting": [0.1, 1.0], "value": [0.2, 0.4]}), 1.0, "m", "y")),
    "conflict": (plots.plot_conflict, (["task", "gate", "synergy"], COSINES, np.full((3, 3), "x"))),
    "compared": (plots.plot_compared, (TWICE, "first", "second", INK, "b")),
    "sweep": (plots.plot_sweep, (SWEPT, "margin", "accuracy", ["fusion"])),
    "curve": (plots.plot_curve, (LOSS, 2, "Synergy")),
    "course": (plots.plot_course, (COURSE, [("probes", 1, 2, 2), ("experts", 3, 3, None)])),
    "spread": (plots.plot_spread, (SPREAD, [INK] * 4)),
    "leads": (plots.plot_leads, (LED,)),
    "class_table": (plots.plot_class_table, (TABLE, NAMES)),
    "words": (plots.plot_words, (["red", "disc"], [5.0, 1.0], ["often", "seldom"], INK)),
    "map": (plots.plot_map, (POINTS, {"a": INK, "b": INK})),
    "against": (plots.plot_against, (AGAINST,)),
    "quadrants": (plots.plot_quadrants, (np.array([[5, 1], [2, 3]]),)),
    "contradictions": (plots.plot_contradictions, (NAMES, np.full((4, 4), 0.3))),
    "risk_coverage": (plots.plot_risk_coverage, (CURVES, 0.8, (0.5, 0.9))),
    "saliency": (plots.plot_saliency, (PIXELS, MAP, 1.0, PARTS, 7)),
    "scale": (plots.plot_scale, (2.0,)),
    "cells": (plots.plot_cells, (np.array([1.0, -0.5, 0.0]), list("abc"), 1.0)),
    "part": (plots.plot_part, (NAMES, np.array([1.0, -0.5, 0.0, 0.2]), 2.0)),
    "input_shares": (plots.plot_input_shares, (NAMES, ["image", "text"], np.full((4, 2), 0.5), np.ones(4))),
    "pairs": (plots.plot_pairs, (["a + b", "a + c"], np.array([1.0, -0.5]), np.array([0.2, 0.7]))),
    "words_on_picture": (plots.plot_words_on_picture, (PIXELS, MAP, 1.0, PARTS, ["red", "disc"])),
    "answer": (plots.plot_answer, (CLASSES, P)),
    "shares": (
        plots.plot_shares,
        (NAMES, np.array([0.4, 0.3, 0.2, 0.1]), np.array([0.1, 0.2, 0.3, 0.4]), list("abca")),
    ),
    "waterfall": (plots.plot_waterfall, (NAMES, np.array([1.0, -0.5, 2.0, 0.0]), "Score of cross")),
    "distribution": (plots.plot_distribution, (CLASSES, P, P[::-1])),
    "role_test": (
        plots.plot_role_test,
        (NAMES, ["image", "text"], GIVEN, np.tile(SWAPPED.T[:, None], (1, 2, 1))),
    ),
    "pairwise": (plots.plot_pairwise, (NAMES, np.eye(4))),
    "pulls": (plots.plot_pulls, (NAMES, CLASSES, E_C - E_C.mean(1, keepdims=True))),
    "router": (plots.plot_router, (CLASSES, P, P[::-1])),
    "mismatch": (plots.plot_mismatch, (NAMES, GIVEN, SWAPPED, (0.5, np.linspace(0, 1, 5)), list("abcde"))),
    "audit": (plots.plot_audit, (AUDIT,)),
    "array": (plots.plot_array, (np.arange(4.0),)),
    "measures": (plots.plot_measures, (MEASURED, NAMES)),
    "named": (plots.plot_named, (HITS, 0.25)),
    "rank_agreement": (plots.plot_rank_agreement, (*RANKED, CORRELATED, CORRELATED - 0.1, CORRELATED + 0.1)),
    "set_level": (plots.plot_set_level, (WHOLE,)),
    "encoded": (plots.plot_encoded, (["image", "text"], [P, -P], [INK, INK])),
    "scores": (plots.plot_scores, (NAMES, list(FIXED.values()), CLASSES, E_C)),
    "weights": (plots.plot_weights, (NAMES, list(FIXED.values()), GIVEN)),
    "confusion": (plots.plot_confusion, (CLASSES, np.eye(3, dtype=int), "guess", "answer")),
    "arm_scores": (plots.plot_arm_scores, ({"a": P, "b": P[::-1]}, "x", "y")),
    "differences": (plots.plot_differences, (CLASSES, P, P - 0.1, P + 0.1, "x")),
}
NOTHING = np.zeros((0, 0, 3), dtype=np.uint8)
EMPTY = {
    "roles": (ROLES.iloc[:0], 0.75),
    "zones": (None, [(1.0, INK)], {}),
    "accuracies": (RIGHT.iloc[:0],),
    "helpers": (HELPERS.iloc[:0],),
    "stability": (REPEATED.iloc[:0],),
    "changes": (LOST.iloc[:0],),
    "cost": (pd.DataFrame(columns=["label", "ratio"]),),
    "scan": (pd.DataFrame(columns=["setting", "value"]), None, "m", "y"),
    "conflict": (["task"], np.ones((1, 1))),
    "compared": (TWICE.iloc[:0], "first", "second"),
    "sweep": (SWEPT.iloc[:0], "margin", "accuracy", ["fusion"]),
    "curve": (LOSS.iloc[:0],),
    "course": (COURSE.iloc[:0], []),
    "spread": (SPREAD.iloc[:0], []),
    "leads": (LED.iloc[:0],),
    "class_table": (TABLE.iloc[:0], NAMES),
    "words": ([], [], [], INK),
    "map": (POINTS.iloc[:0],),
    "against": (AGAINST.iloc[:0],),
    "quadrants": (np.zeros((2, 2), dtype=int),),
    "contradictions": ([], np.zeros((0, 0))),
    "risk_coverage": (CURVES.iloc[:0], 0.5),
    "saliency": (NOTHING, np.zeros((0, 0)), 1.0),
    "scale": (0.0,),
    "cells": (np.zeros(0), [], 1.0),
    "part": ([], np.zeros(0), 1.0),
    "input_shares": ([], [], np.zeros((0, 0))),
    "pairs": ([], np.zeros(0), np.zeros(0)),
    "words_on_picture": (NOTHING, np.zeros((0, 0)), 1.0, plots.Parts(), []),
    "answer": ((), np.zeros(0)),
    "shares": ([], np.zeros(0), np.zeros(0)),
    "waterfall": ([], np.zeros(0), "Score"),
    "distribution": ((), np.zeros(0)),
    "role_test": (NAMES, ["image"], GIVEN, np.zeros((4, 1, 0))),
    "pairwise": ([], np.zeros((0, 0))),
    "pulls": ([], (), np.zeros((0, 0))),
    "router": ((), np.zeros(0), np.zeros(0)),
    "mismatch": (NAMES, GIVEN, np.zeros((0, 4))),
    "audit": (AUDIT.iloc[:0],),
    "array": (np.zeros(0),),
    "measures": (MEASURED.iloc[:0], NAMES),
    "named": (HITS.iloc[:0], 0.25),
    "rank_agreement": ([], [], *(np.zeros((0, 0)),) * 3),
    "set_level": (WHOLE.iloc[:0],),
    "encoded": ([], [], []),
    "scores": ([], [], (), np.zeros((0, 0))),
    "weights": ([], [], np.zeros(0)),
    "confusion": ((), np.zeros((0, 0)), "", ""),
    "arm_scores": ({}, "", ""),
    "differences": ((), np.zeros(0), np.zeros(0), np.zeros(0), ""),
}


def drawn(name):
    plot, arguments = FULL[name]
    return plot(*arguments)


def test_every_plot_is_listed():
    assert {name.removeprefix("plot_") for name in plots.__all__ if name.startswith("plot_")} == set(FULL)


@pytest.mark.parametrize("name", FULL)
def test_a_figure_is_the_same_each_time_and_changes_nothing(name):
    plot, arguments = FULL[name]
    before = copy.deepcopy(arguments)
    assert plot(*arguments).to_json() == plot(*arguments).to_json()
    for given, kept in zip(arguments, before, strict=True):
        if isinstance(given, pd.DataFrame):
            pd.testing.assert_frame_equal(given, kept)
        else:
            np.testing.assert_equal(given, kept)


@pytest.mark.parametrize("name", FULL)
def test_a_figure_lets_the_page_shine_through(name):
    layout = drawn(name).layout
    assert layout.paper_bgcolor == layout.plot_bgcolor == "rgba(0,0,0,0)"
    assert layout.font.color is None
    assert 50 <= layout.height <= 420


@pytest.mark.parametrize("name", EMPTY)
def test_nothing_to_draw_is_said_in_words(name):
    figure = FULL[name][0](*EMPTY[name])
    assert len(figure.data) == 0
    assert len(figure.layout.annotations[0].text) > 10


def test_the_waterfall_closes():
    figure = drawn("waterfall")
    bar = figure.data[0]
    np.testing.assert_allclose(np.array(bar.base[1:4]), np.cumsum([1.0, -0.5, 2.0]))
    assert bar.x[-1] == pytest.approx(2.5)
    assert bar.base[-1] == 0
    assert [a.text for a in figure.layout.annotations] == ["+1.00", "−0.50", "+2.00", "0.00", "+2.50"]


def test_experts_keep_their_colours():
    assert list(drawn("shares").data[0].marker.color) == list(FIXED.values())
    assert list(drawn("waterfall").data[0].marker.color) == [*FIXED.values(), INK]
    assert [trace.marker.color for trace in drawn("pulls").data[:4]] == list(FIXED.values())


def test_the_most_probable_class_comes_first():
    figure = plots.plot_answer(("a", "b", "c"), np.array([0.1, 0.6, 0.3]), count=2)
    assert list(figure.data[0].y) == ["b", "c"]


def test_the_router_shows_the_leader_of_either_side():
    figure = plots.plot_router(("a", "b", "c"), np.array([0.9, 0.1, 0.0]), np.array([0.0, 0.1, 0.9]), count=2)
    assert set(figure.data[0].y) == {"a", "c"}


def test_the_role_test_spans_the_middle_of_the_partners():
    replaced = np.linspace(0, 1, 11)[None, None]
    figure = plots.plot_role_test(["synergy"], ["image"], np.array([1.0]), replaced)
    line = figure.layout.shapes[0]
    assert (line.x0, line.x1) == pytest.approx((0.1, 0.9))
    assert figure.data[1].x[0] == pytest.approx(0.5)


def test_each_two_experts_are_compared_once():
    assert len(drawn("pairwise").layout.annotations) == 6


def test_names_from_files_stay_text():
    hostile = '<a href="javascript:alert(1)">x</a>'
    for figure in (
        plots.plot_answer([hostile, "b"], np.array([0.9, 0.1])),
        plots.plot_shares(["unique:" + hostile], np.ones(1), np.ones(1), [hostile]),
        plots.plot_waterfall(["unique:" + hostile], np.ones(1), hostile),
        plots.plot_mismatch(["synergy"], np.ones(1), np.ones((1, 1)), partners=[hostile]),
    ):
        assert "<a" not in figure.to_json().replace("\\u003c", "<")


def test_equal_names_stay_apart():
    figure = plots.plot_answer(["x" * 60 + "1", "x" * 60 + "2"], np.array([0.6, 0.4]))
    assert len(set(figure.data[0].y)) == 2


def test_legends_name_marks_in_ink():
    for name in ("shares", "role_test", "mismatch"):
        named = [trace for trace in drawn(name).data if trace.showlegend is not False]
        assert {trace.marker.color for trace in named} == {INK}


def test_the_shares_are_written_beside_the_weights():
    written = [a.text for a in drawn("shares").layout.annotations]
    assert written == ["<b>10%</b> | 40%", "<b>20%</b> | 30%", "<b>30%</b> | 20%", "<b>40%</b> | 10%"]


@pytest.mark.parametrize(
    ("values", "digits", "written"),
    [([2.4, -0.001], 2, "0.00"), ([0.05, -0.02], 3, "−0.020"), ([0.002, -0.004], 4, "−0.0040"), ([], 2, "")],
)
def test_small_sums_get_more_digits(values, digits, written):
    assert plots.digits_for(values) == digits
    assert not values or plots.signed(values[-1], digits) == written
