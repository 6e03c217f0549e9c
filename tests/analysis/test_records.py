"""The table of an analysis: one row a sample, consistent with the explanation of that sample."""

import numpy as np
import pandas as pd
import pytest
from tiny_runs import array_run, scenes_run, values_of

from i2moe_core.analysis.records import analyze_run
from i2moe_core.analysis.schema import column, columns_of
from i2moe_core.analysis.store import read_analysis, write_analysis
from i2moe_core.errors import InputError
from i2moe_core.explain.pair import explain_pair
from i2moe_core.types import interaction_names

NAMES = interaction_names(("image", "text"))


@pytest.fixture(scope="module")
def scenes():
    run, data = scenes_run()
    return run, data, analyze_run(run, data)


def test_one_row_a_sample_with_all_columns(scenes):
    _, data, table = scenes
    assert list(table.columns) == columns_of(NAMES)
    rows = data.samples.rows("test")
    assert table["id"].tolist() == [data.samples.ids[row] for row in rows]
    assert table["text"].tolist() == [data.samples.raw["text"][row] for row in rows]
    assert table["interaction"].tolist() == data.samples.truth.interactions[rows].tolist()
    assert table["label"].tolist() == [data.samples.classes[t] for t in data.samples.targets[rows]]
    assert (table["correct"] == (table["label"] == table["prediction"])).all()


def test_a_row_says_what_the_explanation_says(scenes):
    run, data, table = scenes
    row = int(data.samples.rows("test")[4])
    found, record = explain_pair(run, values_of(run, row)), table.iloc[4]
    place = int(found.logits.argmax())
    assert record["prediction"] == found.prediction
    assert record["probability"] == pytest.approx(found.probability, abs=1e-5)
    assert record["jensen_shannon"] == pytest.approx(found.disagreement["jensen_shannon"], abs=1e-5)
    for k, expert in enumerate(found.experts):
        assert record[column("weight", expert.name)] == pytest.approx(expert.weight, abs=1e-5)
        assert record[column("share", expert.name)] == pytest.approx(expert.share, abs=1e-4)
        assert record[column("contribution", expert.name)] == pytest.approx(
            expert.contribution[place], abs=1e-5
        )
        assert record[column("component", expert.name)] == pytest.approx(found.components[k, place], abs=1e-5)
        assert record[column("answer", expert.name)] == expert.prediction


@pytest.mark.parametrize("task", ["multiclass", "multilabel", "regression"])
@pytest.mark.parametrize("probes", [True, False])
def test_every_task_is_analyzed(task, probes):
    run, data = array_run(task, 3, missing=0.1, probes=probes)
    table = analyze_run(run, data, "validation")
    weights = table[[c for c in table if c.startswith("weight_")]].to_numpy()
    shares = table[[c for c in table if c.startswith("share_")]].to_numpy()
    np.testing.assert_allclose(weights.sum(1), 1, atol=1e-5)
    np.testing.assert_allclose(shares.sum(1), 1, atol=1e-9)
    assert table[[c for c in table if c.startswith("component_")]].notna().all(axis=None)


def test_what_has_no_experts_or_no_samples_is_refused():
    run, data = array_run(recipe="vanilla")
    with pytest.raises(InputError, match="single fusion"):
        analyze_run(run, data, "validation")
    run, data = array_run()
    with pytest.raises(InputError, match="split 'test'"):
        analyze_run(run, data)


def test_a_table_comes_back_as_written(scenes, tmp_path):
    write_analysis(scenes[2], tmp_path / "deep" / "analysis.parquet")
    assert [f.name for f in (tmp_path / "deep").iterdir()] == ["analysis.parquet"]
    pd.testing.assert_frame_equal(
        read_analysis(tmp_path / "deep" / "analysis.parquet"), scenes[2], check_dtype=False
    )


def test_a_folder_of_parts_is_one_table(scenes, tmp_path):
    for number, part in enumerate((scenes[2][:7], scenes[2][7:])):
        write_analysis(part, tmp_path / f"part-{number}.parquet")
    assert read_analysis(tmp_path, ["id"])["id"].tolist() == scenes[2]["id"].tolist()


def test_what_cannot_be_read_is_refused_by_name(scenes, tmp_path):
    with pytest.raises(InputError, match="no analysis at"):
        read_analysis(tmp_path / "analysis.parquet")
    with pytest.raises(InputError, match="no analysis at"):
        read_analysis(tmp_path)
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 and nothing else")
    with pytest.raises(InputError, match=r"broken\.parquet is damaged"):
        read_analysis(tmp_path / "broken.parquet")
    write_analysis(scenes[2], tmp_path / "whole.parquet")
    with pytest.raises(InputError, match="no column 'weight'"):
        read_analysis(tmp_path / "whole.parquet", ["weight"])
