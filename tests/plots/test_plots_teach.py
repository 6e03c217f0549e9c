"""Figures of the tour, the guesses and the ratings: what is drawn is what was given."""

import numpy as np
import pytest

from i2moe_core.plots import plot_waterfall
from i2moe_core.plots.guesses import plot_confusion
from i2moe_core.plots.ratings import plot_arm_scores, plot_differences
from i2moe_core.plots.tour import plot_encoded, plot_scores, plot_weights

LABELS = ["Image alone", "Text alone", "Synergy"]
COLOURS = ["#386CE2", "#B37A22", "#E244AC"]


def notes(figure):
    return [note.text for note in figure.layout.annotations]


def test_each_vector_has_its_row_its_colour_and_its_title():
    vectors = [np.array([1.0, -2.0, 0.5]), np.array([0.0, 1.0, 1.0])]
    figure = plot_encoded(["image: 3 numbers, from 64 pieces of the picture", "text"], vectors, COLOURS[:2])
    for bars, vector, colour in zip(figure.data, vectors, COLOURS, strict=False):
        np.testing.assert_array_equal(bars.y, vector)
        assert bars.marker.color == colour
    assert notes(figure)[0] == "image: 3 numbers, from 64 pieces of the picture"
    assert tuple(figure.layout.yaxis.range) == tuple(figure.layout.yaxis2.range)


def test_each_score_stands_in_its_cell_and_only_support_is_tinted():
    scores = np.array([[1.0, -2.0], [0.5, 0.0], [3.0, -1.0]])
    figure = plot_scores(LABELS, COLOURS, ["a", "b"], scores)
    cells = {(n.y, n.x): n.text for n in figure.layout.annotations}
    assert cells["Image alone", "b"] == "−2.00"
    assert cells["Synergy", "a"] == "+3.00"
    for row, layer in enumerate(figure.data):
        np.testing.assert_array_equal(layer.z[row], np.maximum(scores[row], 0))
        assert np.isnan(np.delete(layer.z, row, axis=0)).all()
        assert list(layer.y) == LABELS


def test_weights_are_bars_with_an_even_share_marked():
    figure = plot_weights(LABELS, COLOURS, np.array([0.2, 0.3, 0.5]))
    assert list(figure.data[0].x) == [0.2, 0.3, 0.5]
    assert list(figure.data[0].text) == ["20.0%", "30.0%", "50.0%"]
    assert figure.layout.shapes[0].x0 == pytest.approx(1 / 3)


def test_the_waterfall_takes_other_names():
    figure = plot_waterfall(["synergy", "redundancy"], np.array([1.0, 2.0]), "总和", labels=["协同", "冗余"])
    assert list(figure.data[0].y) == ["协同", "冗余", "总和"]
    assert figure.data[0].marker.color[0] == "#E244AC"


def test_the_confusion_writes_every_count_once():
    counts = np.array([[2, 1], [0, 3]])
    figure = plot_confusion(["x", "<b>"], counts, "guess", "answer")
    cells = {(n.y, n.x): n.text for n in figure.layout.annotations}
    assert cells == {
        ("x", "x"): "<b>2</b>",
        ("x", "&lt;b&gt;"): "<b>1</b>",
        ("&lt;b&gt;", "&lt;b&gt;"): "<b>3</b>",
    }
    right, wrong = (layer.z for layer in figure.data)
    assert np.nansum(right) == 5
    assert np.nansum(wrong) == 1


def test_arms_are_shares_of_their_own_ratings():
    figure = plot_arm_scores({"Real": np.array([0, 1, 3]), "Placebo": np.array([2, 0, 0])}, "x", "y")
    assert list(figure.data[0].y) == [0, 0.25, 0.75]
    assert list(figure.data[1].y) == [1, 0, 0]
    assert [bars.name for bars in figure.data] == ["Real", "Placebo"]


def test_differences_carry_their_intervals():
    figure = plot_differences(["All", "R1"], [0.5, 1.0], [0.1, -0.5], [0.9, 2.0], "x")
    marks = figure.data[0]
    np.testing.assert_allclose(marks.error_x.array, [0.4, 1.0])
    np.testing.assert_allclose(marks.error_x.arrayminus, [0.4, 1.5])
    assert marks.marker.symbol[0] == "diamond"


def test_nothing_gives_an_empty_figure():
    nothing = np.empty(0)
    for figure in (
        plot_encoded([], [], []), plot_scores([], [], [], np.empty((0, 0))), plot_weights([], [], nothing),
        plot_confusion([], np.empty((0, 0)), "", ""), plot_arm_scores({"a": np.zeros(5)}, "", ""),
        plot_differences([], nothing, nothing, nothing, ""),
    ):  # fmt: skip
        assert not figure.data
        assert notes(figure)
