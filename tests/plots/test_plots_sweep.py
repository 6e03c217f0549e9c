"""A measure over a setting: every run a dot, the mean by hand, numbers at their place, no expert's colour."""

import numpy as np
import pandas as pd
import pytest

from i2moe_core.plots import plot_sweep, sweep_measures
from i2moe_core.plots.palette import FIXED, INK

ROWS = pd.DataFrame(
    {
        "margin": [0.1, 0.1, 0.5, 2.0], "width": [8, 8, 16, 16], "fusion": ["a", "a", "b", "a"],
        "seed": [0, 1, 0, 0], "accuracy": [0.5, 0.7, 0.9, np.nan], "leak": np.nan,
        "roles.synergy": [0.1, 0.3, 0.4, 0.5], "roles.redundancy": [0.0, 0.0, 0.0, 1.0], "problem": None,
    }
)  # fmt: skip


def means(figure):
    return [trace for trace in figure.data if trace.error_y.array is not None]


def test_mean_and_reach_over_the_seeds():
    figure = plot_sweep(ROWS, "margin", "accuracy")
    line = means(figure)[0]
    np.testing.assert_allclose(line.y, [0.6, 0.9])
    np.testing.assert_allclose(line.error_y.array, [0.1, 0], atol=1e-12)
    np.testing.assert_allclose(line.error_y.arrayminus, [0.1, 0], atol=1e-12)
    assert line.line.color == INK
    dots = next(trace for trace in figure.data if trace.mode == "markers")
    assert (list(dots.y), list(dots.customdata)) == ([0.5, 0.7, 0.9], [0, 1, 0])


def test_a_table_of_means_has_no_reach_and_no_single_runs():
    table = ROWS.groupby("margin", as_index=False)[["accuracy"]].mean()
    (line,) = plot_sweep(table, "margin", "accuracy").data
    np.testing.assert_allclose(line.y, [0.6, 0.9])
    assert line.error_y.array is None
    assert "trainings" not in line.hovertemplate


def test_wide_numbers_stand_by_their_ratio_and_near_ones_as_they_are():
    wide = plot_sweep(ROWS, "margin", "accuracy").layout.xaxis
    np.testing.assert_allclose(wide.tickvals, np.log10([0.1, 0.5, 2]))
    assert wide.ticktext == ("0.1", "0.5", "2")
    assert plot_sweep(ROWS, "width", "accuracy").layout.xaxis.tickvals == (8, 16)
    zero = plot_sweep(ROWS.assign(margin=[0, 0, 1, 9]), "margin", "accuracy").layout.xaxis
    assert zero.tickvals == (0, 1, 9)


def test_names_stand_side_by_side():
    axis = plot_sweep(ROWS, "fusion", "accuracy").layout.xaxis
    assert (axis.tickvals, axis.ticktext) == ((0, 1), ("a", "b"))
    mixed = plot_sweep(ROWS.assign(probes=[True, True, False, False]), "probes", "accuracy").layout.xaxis
    assert mixed.ticktext == ("True", "False")


def test_one_line_per_expert_in_its_colour():
    figure = plot_sweep(ROWS, "margin", "roles")
    assert {trace.name: trace.line.color for trace in means(figure)} == {
        "Synergy": FIXED["synergy"], "Redundancy": FIXED["redundancy"],
    }  # fmt: skip
    assert figure.layout.showlegend
    centres = np.mean([trace.x for trace in means(figure)], axis=0)
    np.testing.assert_allclose(centres, np.log10([0.1, 0.5, 2]))
    assert len({trace.x[0] for trace in means(figure)}) == 2


def test_one_line_per_combination_of_the_others():
    figure = plot_sweep(ROWS, "margin", "accuracy", ["width", "fusion"])
    lines = means(figure)
    assert [line.name for line in lines] == ["width 8, fusion a", "width 16, fusion b"]
    colours = {line.line.color for line in lines}
    assert len(colours) == 2
    assert not colours & set(FIXED.values())


def test_words_from_files_are_no_markup():
    figure = plot_sweep(ROWS.assign(fusion="<b>x</b>"), "fusion", "accuracy", ["fusion"])
    line = means(figure)[0]
    shown = [line.name, line.hovertemplate, *figure.layout.xaxis.ticktext]
    assert all("&lt;b&gt;" in words and "<b>" not in words for words in shown)


def test_measures_that_can_be_drawn():
    assert list(sweep_measures(ROWS)) == ["accuracy", "roles"]
    assert sweep_measures(ROWS.iloc[:0]) == {}
    assert all(label[0].isupper() for label in sweep_measures(ROWS).values())


@pytest.mark.parametrize(
    ("parameter", "measure"), [("margin", "leak"), ("margin", "irs"), ("lr", "accuracy")]
)
def test_what_no_run_knows_is_said_to_be_empty(parameter, measure):
    assert len(plot_sweep(ROWS, parameter, measure).data) == 0
