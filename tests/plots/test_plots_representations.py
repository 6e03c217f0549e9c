"""The Representations page's figures: what is drawn is what went in."""

import numpy as np
import pandas as pd

from i2moe_core import plots

ROWS = pd.DataFrame(
    [
        ("image → text, first 5", "image", "own", 0.3, 0.2, 0.45, 0.05),
        ("image → text, first 5", "image", "pooled", 0.06, 0.01, 0.1, 0.05),
        ("text → image, first 5", "text", "own", 0.4, 0.3, 0.5, 0.06),
    ],
    columns=["label", "group", "kind", "value", "low", "high", "chance"],
)
PAIRS = pd.DataFrame({"x1": [0.0, 1], "y1": [2.0, 3], "x2": [4.0, 5], "y2": [6.0, 7], "label": ["a", "<b>"]})
COLOURS = {"image": "#111111", "text": "#222222"}


def test_a_mark_per_kind_with_its_interval_and_one_stroke_of_chance_a_row():
    figure = plots.plot_recalls(ROWS, COLOURS, ["own", "pooled"])
    chance, own, _, pooled, _ = figure.data
    assert (list(chance.x), list(chance.y)) == ([0.05, 0.06], [0, 1])
    assert list(own.x) == [0.3, 0.4]
    assert list(own.marker.color) == ["#111111", "#222222"]
    np.testing.assert_allclose(own.error_x.array, [0.15, 0.1])
    np.testing.assert_allclose(own.error_x.arrayminus, [0.1, 0.1])
    assert own.y[0] < 0 < pooled.y[0]
    assert figure.layout.xaxis.range[1] >= 0.5


def test_a_single_kind_lies_on_its_row():
    figure = plots.plot_recalls(ROWS[ROWS["kind"] == "own"], COLOURS, ["own"])
    assert list(figure.data[1].y) == [0, 1]


def test_every_pair_is_joined_by_its_own_line():
    lines, first, second = plots.plot_gap(PAIRS, ["image", "text"], ["#111111", "#222222"]).data
    np.testing.assert_array_equal(lines.x, [0, 4, np.nan, 1, 5, np.nan])
    np.testing.assert_array_equal(lines.y, [2, 6, np.nan, 3, 7, np.nan])
    assert (list(first.x), list(second.y)) == ([0, 1], [6, 7])
    assert (first.marker.color, second.marker.color) == ("#111111", "#222222")
    assert list(first.customdata) == ["a", "&lt;b&gt;"]


def test_nothing_gives_a_figure_that_says_so():
    for figure in (plots.plot_recalls(ROWS[:0], {}, []), plots.plot_gap(PAIRS[:0], ["a", "b"], ["#1", "#2"])):
        assert len(figure.layout.annotations) == 1
