"""The map and the comparisons: what is dim, what a click returns, pale where chance may do it."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from made_up import HOSTILE

from i2moe_core import plots
from i2moe_core.plots.map import DIM
from i2moe_core.plots.style import write_notes

POINTS = pd.DataFrame(
    {
        "x": [0.0, 1.0, 2.0, 3.0],
        "y": [0.0, 1.0, 0.5, 4.0],
        "place": [4, 7, 9, 11],
        "live": [True, False, True, True],
        "group": ["a", "a", HOSTILE, "a"],
    }
)
COLOURS = {"a": "#111111", HOSTILE: "#222222"}


def test_what_does_not_count_is_dim_but_still_answers():
    dim, first, second = plots.plot_map(POINTS, COLOURS).data
    assert dim.marker.color == DIM
    assert list(dim.customdata) == [7]
    assert list(first.customdata) == [4, 11]
    assert (second.marker.color, list(second.customdata)) == ("#222222", [9])
    assert not dim.showlegend
    assert "<img" not in second.name


def test_numbers_are_coloured_between_their_inner_quantiles():
    values = np.append(np.linspace(0, 1, 99), 1000).astype(np.float32)
    points = pd.DataFrame({"x": values, "y": values, "place": range(100), "live": True, "value": values})
    marker = plots.plot_map(points, title="share").data[0].marker
    assert 0 < marker.cmin < marker.cmax < 1.01
    np.testing.assert_array_equal(marker.color, values)


def test_the_region_is_closed_and_the_open_sample_ringed():
    corners = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]])
    figure = plots.plot_map(POINTS, COLOURS, picked=(3.0, 4.0), region=corners)
    outline, *rings = figure.data[3:]
    assert list(outline.x) == [0, 1, 1, 0]
    assert all((ring.x[0], ring.y[0]) == (3.0, 4.0) for ring in rings)


def test_an_equal_value_everywhere_still_has_a_scale():
    points = POINTS.drop(columns="group").assign(value=np.float32(2))
    marker = plots.plot_map(points).data[1].marker
    assert marker.cmin < 2 < marker.cmax


def test_a_difference_that_may_be_chance_is_pale():
    rows = pd.DataFrame(
        {
            "key": ["k0", "k1"],
            "label": ["sure", HOSTILE],
            "value": [0.5, 0.1],
            "low": [0.4, 0.05],
            "high": [0.6, 0.2],
            "rest": [0.2, 0.12],
            "colour": "#123456",
            "sure": [True, False],
        }
    )
    marks = {t.customdata[0][0]: t for t in plots.plot_against(rows).data if t.customdata is not None}
    assert marks["k0"].opacity == 1
    assert marks["k1"].opacity < 0.6
    assert marks["k0"].error_x.array[0] == pytest.approx(0.1)
    assert "<img" not in marks["k1"].y[0]


def test_cells_return_what_they_stand_for():
    covers = plots.plot_quadrants(np.array([[5, 1], [2, 0]])).data
    assert [list(cover.customdata[0]) for cover in covers] == [
        ["agree", "right"], ["agree", "wrong"], ["disagree", "right"], ["disagree", "wrong"]
    ]  # fmt: skip
    pairs = plots.plot_contradictions(["synergy", "redundancy"], np.array([[0.0, 0.25], [0.25, 0.0]]))
    assert [list(pair) for pair in pairs.data[0].customdata] == [["redundancy", "synergy"]]
    assert pairs.layout.annotations[0].text == "<b>25%</b>"


def test_notes_join_those_that_are_there():
    figure = go.Figure()
    write_notes(figure, [{"x": 0, "y": 0, "text": "first"}])
    write_notes(figure, ({"x": 1, "y": n, "text": f"row {n}", "xshift": 6} for n in range(2)))
    assert [(a.text, a.xshift, a.showarrow) for a in figure.layout.annotations] == [
        ("first", None, False), ("row 0", 6, False), ("row 1", 6, False),
    ]  # fmt: skip
