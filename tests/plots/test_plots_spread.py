"""Spreads, leads, class tables and words: heights, what a click returns, and hostile names."""

import made_up
import numpy as np
import pandas as pd
import pytest

from i2moe_core.analysis.summaries import distributions
from i2moe_core.plots import plot_class_table, plot_leads, plot_spread, plot_words

EXPERTS = ("unique:image", "synergy")


def made_rows():
    """Two experts: one evenly spread, one crowded in the lowest quarter."""
    table = pd.DataFrame(
        {"share_unique:image": np.linspace(0, 1, 6400), "share_synergy": np.linspace(0, 0.25, 6400)}
    )
    found = distributions(table, "share", EXPERTS)
    return found.assign(name=found["expert"], label=found["expert"])


@pytest.mark.parametrize("form", ["violin", "ridge"])
def test_heights_share_a_scale_and_grow_with_the_root(form):
    figure = plot_spread(made_rows(), ["#386CE2", "#E244AC"], form)
    even, crowded = [t for t in figure.data if t.fill == "toself"]
    middle = len(even.x) // 4
    tall = np.max(crowded.y) - 0  # the second row stands at 0
    assert (even.y[middle] - 1) / tall == pytest.approx(0.5, abs=0.02)  # a quarter as dense
    below = np.min(crowded.y)
    assert below == pytest.approx(-tall if form == "violin" else 0)
    assert (min(even.x), max(even.x)) == (0.0, 1.0)  # a shape ends where the numbers do


def test_a_median_says_its_numbers_and_names_its_row():
    figure = plot_spread(made_rows(), ["#386CE2", "#E244AC"])
    medians = [t for t in figure.data if t.mode == "markers"]
    assert [m.customdata[0][0] for m in medians] == list(EXPERTS)
    assert [float(m.x[0]) for m in medians] == pytest.approx([0.5, 0.125], abs=2e-3)
    assert "6,400 samples" in medians[0].hovertemplate


def test_cells_answer_clicks_in_the_order_of_the_table():
    table = pd.DataFrame(
        {"name": ["a", "<b>x</b>"], "count": [3, 1], "unique:image": [0.2, np.nan], "synergy": [0.8, 0.5]}
    )
    figure = plot_class_table(table, EXPERTS)
    heat, marks = figure.data
    assert heat.z.tolist()[0] == [0.2, 0.8]
    assert [tuple(c) for c in marks.customdata] == [(n, e) for n in ("a", "<b>x</b>") for e in EXPERTS]
    assert list(marks.hovertext) == ["20%", "80%", "", "50%"]
    assert list(marks.x) == ["Image alone", "Synergy"] * 2
    assert all("<b>x" not in label for label in marks.y)


def test_bars_carry_their_interval_and_their_expert():
    rows = pd.DataFrame(
        {"expert": EXPERTS, "share": [0.4, 0.6], "low": [0.3, 0.5], "high": [0.45, 0.65], "count": [4, 6]}
    )
    figure = plot_leads(rows)
    (bar,) = figure.data
    assert [c[0] for c in bar.customdata] == list(EXPERTS)
    np.testing.assert_allclose(bar.error_x.array, [0.05, 0.05])
    np.testing.assert_allclose(bar.error_x.arrayminus, [0.1, 0.1])
    assert "40.0%" in figure.layout.annotations[0].text


def test_words_are_bars_and_stay_text():
    figure = plot_words([made_up.HOSTILE, "red"], [5.0, 1.0], ["a", "b"], "#386CE2")
    (bar,) = figure.data
    assert bar.customdata[0][0] == made_up.HOSTILE
    assert "<img" not in "".join(bar.y)
    assert bar.marker.opacity[0] > bar.marker.opacity[1]


def test_nothing_gives_a_figure_that_says_so():
    assert plot_spread(made_rows()[:0], []).layout.annotations
    assert plot_class_table(pd.DataFrame(columns=["name", "count"]), EXPERTS).layout.annotations
    assert plot_leads(pd.DataFrame()).layout.annotations
    assert plot_words([], [], [], "#386CE2").layout.annotations
