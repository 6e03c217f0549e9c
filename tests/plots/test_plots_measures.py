"""The figures of several measures: what is written where, and what a click returns."""

import numpy as np
import pandas as pd

from i2moe_core import plots
from i2moe_core.plots.palette import FIXED

EXPERTS = ["unique:image", "synergy"]
ROWS = pd.DataFrame(
    [
        ("weight", "Gate weight", "share", "unique:image", 0.25, 0.2, 0.3),
        ("weight", "Gate weight", "share", "synergy", 0.5, 0.4, 0.6),
        ("emap", "EMAP", "logit", "unique:image", -2.0, -3.0, -1.0),
        ("emap", "EMAP", "logit", "synergy", np.nan, np.nan, np.nan),
    ],
    columns=["measure", "label", "unit", "expert", "mean", "low", "high"],
)


def test_measures_are_tinted_by_the_largest_of_their_row_and_empty_where_unknown():
    heat, marks = plots.plot_measures(ROWS, EXPERTS).data
    np.testing.assert_array_equal(np.array(heat.z, float), [[0.5, 1.0], [1.0, np.nan]])
    assert [list(d) for d in marks.customdata] == [
        ["weight", "unique:image"], ["weight", "synergy"], ["emap", "unique:image"],
    ]  # fmt: skip


def test_shares_are_written_as_percent_and_others_with_their_sign():
    figure = plots.plot_measures(ROWS, EXPERTS)
    assert [a.text for a in figure.layout.annotations] == ["<b>25%</b>", "<b>50%</b>", "<b>−2.00</b>"]
    assert figure.data[1].hovertext[2] == "-2.000 logit (-3.000 to -1.000)"


def test_each_two_measures_are_compared_once_and_a_click_names_both():
    value = np.array([[1, 0.9, 0.1], [0.9, 1, -0.5], [0.1, -0.5, 1.0]])
    figure = plots.plot_rank_agreement(list("abc"), ["A", "B", "C"], value, value - 0.1, value + 0.3)
    assert [a.text for a in figure.layout.annotations] == [
        "<b>0.90</b><br>±0.20", "<b>0.10</b><br>±0.20", "<b>−0.50</b><br>±0.20",
    ]  # fmt: skip
    assert [set(d) for d in figure.data[1].customdata] == [{"a", "b"}, {"a", "c"}, {"b", "c"}]
    assert len(plots.plot_rank_agreement(["a"], ["A"], *np.ones((3, 1, 1))).data) == 0


def test_hits_carry_their_interval_and_the_chance_line():
    rows = pd.DataFrame({"measure": ["w"], "label": ["Gate"], "share": [0.6], "low": [0.5], "high": [0.8]})
    figure = plots.plot_named(rows, 0.25)
    mark = figure.data[0]
    np.testing.assert_allclose([mark.error_x.array[0], mark.error_x.arrayminus[0]], [0.2, 0.1])
    assert figure.layout.shapes[0].x0 == 0.25
    assert list(mark.customdata[0]) == ["w"]


def test_the_whole_set_keeps_the_experts_colours_and_says_both_numbers():
    rows = pd.DataFrame(
        {"expert": list(FIXED), "bits": 0.5, "chance": 0.0, "pointwise": [1, np.nan, -0.25, 0]}
    )
    figure = plots.plot_set_level(rows)
    assert list(figure.data[0].marker.color) == list(FIXED.values())
    assert [a.text for a in figure.layout.annotations] == [
        f"<b>0.50</b> | {said}" for said in ("1.00", "–", "−0.25", "0.00")
    ]


def test_hostile_names_stay_text():
    bad = '<a href="javascript:alert(1)">x</a>'
    rows = ROWS.assign(expert=ROWS["expert"].replace("unique:image", f"unique:{bad}"), label=bad, unit=bad)
    whole = pd.DataFrame({"expert": [f"unique:{bad}"], "bits": 1.0, "chance": 0.0, "pointwise": 0.0})
    for figure in (
        plots.plot_measures(rows, [f"unique:{bad}", "synergy"]),
        plots.plot_named(rows.rename(columns={"mean": "share"}).iloc[:1], 0.25),
        plots.plot_rank_agreement(["a", "b"], [bad, bad], *np.ones((3, 2, 2))),
        plots.plot_set_level(whole),
    ):
        shown = [figure.layout.annotations[k].text for k in range(len(figure.layout.annotations))]
        shown += [str(v) for trace in figure.data for key in ("x", "y", "hovertext") if trace[key] is not None
                  for v in np.ravel(trace[key])]  # fmt: skip
        assert not any("<a" in text for text in shown)
