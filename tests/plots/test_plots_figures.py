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
FULL = {
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
}
EMPTY = {
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
    assert 100 <= layout.height <= 420


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
