"""The Trust page's figures: what is drawn is what went in."""

import numpy as np
import pandas as pd
import pytest

from i2moe_core import plots

NAN = float("nan")


def texts(figure):
    return [note.text for note in figure.layout.annotations]


def test_roles_keep_their_parts_within_the_scale():
    rows = pd.DataFrame(
        {"expert": ["synergy"], "score": [0.72], "ability": [1.3], "specificity": [-0.2]}
    )  # fmt: skip
    bar, ability, _, specificity, _ = plots.plot_roles(rows, 0.75).data
    assert (bar.x[0], ability.x[0], specificity.x[0]) == (0.72, 1.0, 0.0)
    assert texts(plots.plot_roles(rows, 0.75)) == ["<b>0.72</b>"]


def test_roles_without_their_parts_are_bars_alone():
    rows = pd.DataFrame({"expert": ["synergy"], "score": [0.72], "ability": [0.9], "specificity": [0.8]})
    figure = plots.plot_roles(rows, 0.75, parts=False)
    assert [trace.type for trace in figure.data] == ["bar"]
    assert not figure.layout.showlegend
    assert figure.layout.shapes[0].x0 == 0.75


def test_zones_meet_and_the_mark_stays_inside():
    figure = plots.plot_zones(1.4, [(0.65, "green"), (1.0, "red")], {0.5: "none"}, start=0.5)
    assert [(shape.x0, shape.x1) for shape in figure.layout.shapes] == [(0.5, 0.65), (0.65, 1.0)]
    assert figure.data[0].x == (1.0,)
    assert figure.data[0].text == ("<b>1.40</b>",)


def test_a_negative_value_is_drawn_as_nothing_and_written_as_it_is():
    rows = pd.DataFrame({"label": ["R²"], "value": [-0.25], "colour": ["#000"]})
    figure = plots.plot_accuracies(rows)
    assert figure.data[0].x[0] == 0
    assert texts(figure) == ["<b>-25.0%</b>"]


def test_every_training_has_its_own_mark_beside_the_others():
    rows = pd.DataFrame(
        {"expert": ["synergy"] * 3, "label": list("abc"), "value": [0.1, 0.2, 0.3], "low": NAN, "high": NAN}
    )
    marks = [trace for trace in plots.plot_stability(rows).data if trace.x[0] is not None]
    assert [trace.x[0] for trace in marks] == [0.1, 0.2, 0.3]
    assert len({trace.y[0] for trace in marks}) == 3
    assert len({trace.marker.symbol for trace in marks}) == 3


def test_below_the_diagonal_each_two_losses_once():
    cosines = np.array([[1.0, -0.86, NAN], [-0.86, 1.0, 0.001], [NAN, 0.001, 1.0]])
    figure = plots.plot_conflict(["task", "gate", "synergy"], cosines)
    assert texts(figure) == ["<b>−0.86</b>", "0.00"]
    against, neutral = (shape.fillcolor for shape in figure.layout.shapes)
    assert against.startswith("rgba(207")
    assert neutral.startswith("rgba(115")


def test_losses_that_never_meet_are_said_in_words():
    figure = plots.plot_conflict(["a", "b"], np.full((2, 2), NAN))
    assert not figure.data
    assert "No two losses" in texts(figure)[0]


@pytest.mark.parametrize(("value", "written"), [(0.158, "15.8"), (-0.01, "−1.0"), (0.0, "0")])
def test_what_is_lost_is_written_in_points(value, written):
    rows = pd.DataFrame({"label": ["a"], "value": [value], "low": [NAN], "high": [NAN], "colour": ["#000"]})
    assert texts(plots.plot_changes(rows)) == [f"<b>{written}</b>"]


def test_intervals_below_zero_are_within_the_axis():
    rows = pd.DataFrame({"label": ["a"], "value": [0.0], "low": [-0.1], "high": [0.1], "colour": ["#000"]})
    low, high = plots.plot_changes(rows).layout.xaxis.range
    assert low < -0.1
    assert high > 0.1


def test_a_scan_steps_by_ratios_and_marks_the_choice():
    rows = pd.DataFrame({"setting": [0.1, 1.0, 5.0], "value": [0.0, 0.5, 1.0]})
    figure = plots.plot_scan(rows, 1.0, "margin", "still pull")
    assert figure.layout.xaxis.type == "log"
    assert figure.layout.shapes[0].x0 == 1.0
    assert list(figure.layout.xaxis.ticktext) == ["0.1", "1", "5"]
