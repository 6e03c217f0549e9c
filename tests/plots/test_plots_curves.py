"""Curves: what is solid, what is dotted, where a phase begins, which epoch is the best."""

import pandas as pd
import pytest

from i2moe_core import plots
from i2moe_core.plots.palette import FIXED, INK

ROWS = pd.DataFrame(
    {"part": ["training"] * 3 + ["validation"] * 3, "epoch": [4, 5, 6] * 2, "value": range(6)}
)
COURSE = pd.DataFrame(
    {
        "name": ["a"] * 5 + ["b"] * 2,
        "epoch": [1, 2, 3, 4, 5, 4, 5],
        "value": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7],
    }
)
SPANS = [("probes", 1, 3, 3), ("experts", 4, 5, 4)]


def test_validation_is_solid_and_training_dotted():
    figure = plots.plot_curve(ROWS, 5, "Synergy", FIXED["synergy"])
    drawn = {trace.name: trace for trace in figure.data}
    assert (drawn["validation"].line.dash, drawn["training"].line.dash) == ("solid", "dot")
    assert list(drawn["validation"].y) == [3, 4, 5]
    assert {trace.line.color for trace in figure.data} == {FIXED["synergy"]}
    assert figure.layout.shapes[0].x0 == 5
    assert figure.layout.title.text == "<b>Synergy</b>"


def test_one_epoch_is_visible():
    figure = plots.plot_curve(ROWS[ROWS.epoch == 4])
    assert all("markers" in trace.mode for trace in figure.data)


def test_a_missing_part_is_no_fault():
    figure = plots.plot_curve(ROWS[ROWS.part == "training"])
    assert [len(trace.x) for trace in figure.data] == [3, 0]


def test_each_phase_has_its_name_and_its_best_epoch():
    figure = plots.plot_course(COURSE[COURSE.name == "a"], SPANS)
    assert [a.text for a in figure.layout.annotations] == ["phase probes", "phase experts"]
    best = figure.data[-1]
    assert (list(best.x), list(best.y)) == ([3, 4], [0.3, 0.4])
    shaded = [s for s in figure.layout.shapes if s.type == "rect"]
    assert [(s.x0, s.x1) for s in shaded] == [(3.5, 5.5)]


def test_experts_keep_their_colours_and_others_differ_by_dashes():
    figure = plots.plot_course(COURSE, SPANS, {"a": FIXED["synergy"]}, {"b": "Gate"})
    lines = {trace.name: trace.line for trace in figure.data}
    assert lines["a"].color == FIXED["synergy"]
    assert lines["Gate"].color == INK
    three = pd.concat([COURSE.assign(name=name) for name in "xyz"])
    assert len({trace.line.dash for trace in plots.plot_course(three, SPANS).data}) == 3


@pytest.mark.parametrize("value", [0.0, 1.0, -2.0])
def test_a_flat_line_has_an_axis(value):
    low, high = plots.plot_course(COURSE.assign(value=value), SPANS).layout.yaxis.range
    assert low < value < high


def test_names_from_files_stay_text():
    hostile = '<a href="javascript:alert(1)">x</a>'
    course = plots.plot_course(COURSE.assign(name=hostile), [(hostile, 1, 5, 2)])
    points = pd.DataFrame({"id": ["s"], "x": [0.1], "y": [0.2], "same": [True]})
    for figure in (course, plots.plot_curve(ROWS, 1, hostile), plots.plot_compared(points, hostile, hostile)):
        assert "<a" not in figure.to_json().replace("\\u003c", "<")


def test_compared_points_carry_their_ids_and_say_whether_the_answer_is_the_same():
    points = pd.DataFrame({"id": ["s", "t"], "x": [0.1, 0.5], "y": [0.2, 0.4], "same": [True, False]})
    figure = plots.plot_compared(points, "one", "two", FIXED["synergy"], chosen="t")
    marks = {trace.marker.symbol: trace for trace in figure.data if trace.customdata is not None}
    assert marks["circle"].customdata[0][0] == "s"
    assert marks["x"].customdata[0][0] == "t"
    ring = next(trace for trace in figure.data if trace.marker.symbol == "circle-open")
    assert (list(ring.x), list(ring.y)) == ([0.5], [0.4])
