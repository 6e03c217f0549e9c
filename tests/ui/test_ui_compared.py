"""Which runs can be compared, and what their comparison says in words and rows."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import tiny_runs

from i2moe_core.analysis.comparison.compare import compare_runs
from i2moe_core.checkpoint import RunSummary
from i2moe_core.checkpoint.names import ANALYSIS
from i2moe_core.ui import compared, compared_inputs
from i2moe_core.ui.compared_inputs import Inputs


def summary(name, data="scenes", classes=("a", "b"), problem=None):
    return RunSummary(
        Path(name),
        name,
        data=data,
        task="multiclass",
        classes=classes,
        modalities=("x", "y"),
        problem=problem,
    )


@pytest.fixture(scope="module")
def found():
    """Three tiny runs, one of them a baseline, on the same samples."""
    runs = [tiny_runs.array_run()[0], tiny_runs.array_run(recipe="vanilla")[0]]
    other, data = tiny_runs.array_run()
    tiny_runs.stretch(other.model, 3.0)
    runs = [replace(runs[0], name="a"), replace(other, name="b"), replace(runs[1], name="plain")]
    return compare_runs(runs, data.samples, "validation")


def test_runs_that_fit_are_picked_first():
    runs = {name: summary(name) for name in ("a", "b", "c", "d")} | {"z": summary("z", data="digits")}
    assert compared.first_choice(runs, "c") == ["c", "a", "b"]
    assert compared.first_choice(runs, "z") == ["a", "b", "c"]
    assert compared.first_choice(runs, None) == ["a", "b", "c"]
    assert compared.first_choice({"z": runs["z"]}, "z") == []
    assert compared.first_choice({}, None) == []


def test_runs_that_do_not_fit_are_refused_in_one_sentence():
    assert compared.misfit([summary("a")]) == "Choose two runs or more."
    assert "classes differ" in compared.misfit([summary("a"), summary("b", classes=("a", "c"))])
    assert compared.misfit([summary("a"), summary("b", data="other name of it")]) is None


def line(gap, low, high):
    keys = ("accuracy_difference", "accuracy_difference_low", "accuracy_difference_high")
    return {"a": "one", "b": "two"} | dict(zip(keys, (gap, low, high), strict=True))


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        (
            (0.05, 0.01, 0.09),
            "**two** is right more often than **one**: by 5.0 points (1.0 points to 9.0 points).",
        ),
        ((-0.05, -0.09, -0.01), "**one** is right more often than **two**: by 5.0 points (1.0 points to 9.0"),
        ((0.01, -0.02, 0.04), "chance alone may make it (−2.0 points to 4.0 points)"),
    ],
)
def test_a_difference_that_chance_may_make_is_called_so(numbers, said, found):
    one = replace(found, agreement=pd.DataFrame([line(*numbers)]))
    assert said in compared.accuracy_sentences(one)[0]


def test_a_regression_has_no_right_and_wrong(found):
    assert compared.accuracy_sentences(replace(found, measure="r2")) == []


def test_rows_hold_what_the_table_says_and_nothing_of_a_baseline(found):
    rows = compared.per_expert(found, "weight")
    assert set(rows["label"]) == {"a", "b"}
    own = rows[(rows.label == "b") & (rows.expert == "synergy")]["value"].item()
    assert own == found.table.set_index("run").loc["b", "weight.synergy"]
    table = compared.table_rows(found)
    assert table["run"].tolist() == ["a", "b", "plain"]
    assert (table["between"].str.contains(" to ")).all()


def test_the_points_are_the_samples_weights(found):
    points = compared.weights_of(found, "a", "b", "synergy")
    np.testing.assert_array_equal(points["x"], found.samples["a weight synergy"])
    np.testing.assert_array_equal(points["same"], found.samples["a answer"] == found.samples["b answer"])
    assert compared.weights_of(found, "a", "plain", "synergy").empty


def test_many_samples_are_thinned_evenly(found, monkeypatch):
    monkeypatch.setattr(compared, "POINTS", 7)
    points = compared.weights_of(found, "a", "b", "synergy")
    assert 3 <= len(points) <= 7
    assert points["id"].iloc[0] == found.samples["id"].iloc[0]


def test_one_sample_has_its_shares_and_its_row(found):
    sample_id = found.samples["id"].iloc[3]
    rows = compared.sample_shares(found, sample_id)
    assert rows.groupby("label")["value"].sum().to_numpy() == pytest.approx([1, 1])
    assert compared.sample_row(found, sample_id)["id"] == sample_id
    assert compared.sample_row(found, "absent").empty


def test_a_sample_of_the_same_name_is_not_the_same_sample(monkeypatch):
    mine = {"text": "red", "image": np.zeros((2, 2, 3), dtype=np.uint8)}
    held = {"one": mine, "two": mine | {"text": "blue"}}
    monkeypatch.setattr(compared_inputs, "_reference_values", lambda path, sample_id: held.get(path.name))
    inputs = Inputs(mine, {"text": "text", "image": "image"})
    assert compared_inputs.holds(Path("one"), "s", inputs)
    assert not compared_inputs.holds(Path("two"), "s", inputs)
    assert not compared_inputs.holds(Path("three"), "s", inputs)


def test_what_the_examples_lack_comes_from_the_analysis(tmp_path):
    from i2moe_core.analysis.records import analyze_run
    from i2moe_core.analysis.store import write_analysis
    from i2moe_core.checkpoint import save_run

    run, data = tiny_runs.scenes_run()
    save_run(tmp_path, run.model, run.config, run.info, run.vocabulary, data.samples, run.history)
    assert compared_inputs.inputs_of(tmp_path, "absent") is None
    frame = analyze_run(run, data, "train", draws=1)
    write_analysis(frame, tmp_path / ANALYSIS)
    sample_id = str(frame["id"].iloc[0])
    found = compared_inputs._analysed(tmp_path, sample_id, run.info.modalities)
    assert found["text"] == frame["text"].iloc[0]
    assert found["image"].shape[2] == 3
