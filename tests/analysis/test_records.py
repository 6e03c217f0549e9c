"""The table of an analysis: one row a sample, consistent with the explanation of that sample."""

import dataclasses
import io

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image
from tiny_runs import array_run, scenes_run, stretch, values_of

from i2moe_core.analysis import store
from i2moe_core.analysis.disagreement_columns import disagreement_columns
from i2moe_core.analysis.records import analyze_run
from i2moe_core.analysis.schema import column, columns_of, swapped_column
from i2moe_core.analysis.store import (
    count_rows,
    find_row,
    read_analysis,
    read_info,
    read_rows,
    write_analysis,
)
from i2moe_core.analysis.thumbnails import thumbnails
from i2moe_core.errors import InputError
from i2moe_core.explain.evaluate import evaluate_rows
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


@pytest.mark.parametrize("modalities", [2, 3])
@pytest.mark.parametrize("task", ["multiclass", "multilabel", "regression"])
def test_swaps_are_those_of_the_pair_page(task, modalities):
    """Also where a modality is missing: then it is not swapped, and the components are the page's."""
    run, data = array_run(task, modalities, missing=0.2, probes=False)
    stretch(run.model, 2.0)
    table = analyze_run(run, data, "validation", draws=3)
    scale = run.info.scale if task == "regression" else 1.0
    for place in range(12):
        record = table.iloc[place]
        row = int(record["row"])
        found = explain_pair(run, values_of(run, row), record["id"], partners=3)
        answer = int(found.logits.argmax())
        for m, name in enumerate(found.modalities):
            if name in found.missing:
                assert np.isnan(record[swapped_column(name)])
                continue
            mean = found.mixture_perturbed[m, :, answer]
            assert record[swapped_column(name)] == pytest.approx(mean.mean(), abs=1e-4 * scale)
            assert record[f"spread_{name}"] == pytest.approx(mean.std(), abs=1e-4 * scale)
            for k, expert in enumerate(found.experts):
                assert record[swapped_column(name, expert.name)] == pytest.approx(
                    found.perturbed[k, m, :, answer].mean(), abs=1e-4 * scale
                )
        components = [record[column("model_component", e.name)] for e in found.experts]
        np.testing.assert_allclose(components, found.components[:, answer], atol=2e-3 * scale)
        assert record["sign_split"] == pytest.approx(found.sign_split[answer]) or task == "regression"
        assert record["vote_entropy"] == pytest.approx(found.disagreement["vote_entropy"], abs=1e-5)


def test_disagreement_by_hand():
    """Two experts say class 0 for certain, two say class 1; the mixture follows the first two."""
    run, data = array_run(size=30)
    said = evaluate_rows(run.model, data, data.samples.rows("validation")[:1])
    certain = torch.tensor([[30.0, 0, 0], [30, 0, 0], [0, 30, 0], [0, 30, 0]]).double()[:, None]
    said = dataclasses.replace(
        said,
        logits=torch.tensor([[12.0, 6.0, 0.0]]).double(),
        weights=torch.tensor([[0.3, 0.3, 0.2, 0.2]]).double(),
        expert_logits=certain,
    )
    found = disagreement_columns(run, run.model, said, np.array([0]))
    assert found["pairwise_jensen_shannon"][0] == pytest.approx(4 / 6, abs=1e-6)
    assert found["vote_entropy"][0] == pytest.approx(np.log(2) / (1.5 * np.log(2)), abs=1e-6)
    assert found["agreement"][0] == 0.5
    assert found["sign_split"][0] == 0.5
    assert found["contribution_variance"][0] == pytest.approx(0.6 * 0.4 * 30**2, rel=1e-6)
    assert found["sign_split_by_label"] is None


def test_pictures_are_kept_small(scenes):
    _, data, table = scenes
    row = int(table["row"][3])
    with Image.open(io.BytesIO(table["thumbnail"][3])) as picture:
        assert picture.format == "JPEG"
        assert picture.size == (32, 32)
        away = np.abs(np.asarray(picture).astype(int) - data.samples.raw["image"][row].astype(int))
    assert away.mean() < 5
    large = torch.full((2, 3, 200, 200), 90, dtype=torch.uint8)
    first, none = thumbnails(large, torch.tensor([True, False]))
    assert none is None
    with Image.open(io.BytesIO(first)) as picture:
        assert picture.size == (64, 64)
        assert np.abs(np.asarray(picture).astype(int) - 90).max() <= 1


def test_rows_are_found_by_id_and_read_alone(scenes, tmp_path, monkeypatch):
    monkeypatch.setattr(store, "GROUP", 6)
    table = scenes[2]
    for number, part in enumerate((table[:7], table[7:])):
        write_analysis(part, tmp_path / f"part-{number}.parquet")
    place = find_row(tmp_path, table["id"][11])
    assert place == 11
    assert find_row(tmp_path, "nobody") is None
    rows = read_rows(tmp_path, [11, 2, 19], ["id", "text"])
    assert rows["id"].tolist() == table["id"].iloc[[11, 2, 19]].tolist()
    assert list(rows.columns) == ["id", "text"]
    assert len(read_rows(tmp_path, [], ["id"])) == 0
    assert count_rows(tmp_path) == 20
    with pytest.raises(InputError, match="row 20"):
        read_rows(tmp_path, [20])


def test_a_file_says_what_it_is_of(scenes, tmp_path):
    run, data, table = scenes
    write_analysis(table, tmp_path / "a.parquet")
    info = read_info(tmp_path / "a.parquet")
    assert (info.run_id, info.data, info.split, info.task) == (
        run.id,
        data.samples.name,
        "test",
        "multiclass",
    )
    assert info.experts == list(NAMES)
    assert info.components == "probes"
    pd.DataFrame({"id": ["a"]}).to_parquet(tmp_path / "foreign.parquet")
    assert read_info(tmp_path / "foreign.parquet") is None


@pytest.mark.parametrize("task", ["multiclass", "multilabel", "regression"])
@pytest.mark.parametrize("probes", [True, False])
def test_every_task_is_analyzed(task, probes):
    run, data = array_run(task, 3, missing=0.1, probes=probes)
    table = analyze_run(run, data, "validation")
    weights = table[[c for c in table if c.startswith("weight_")]].to_numpy()
    shares = table[[c for c in table if c.startswith("share_")]].to_numpy()
    np.testing.assert_allclose(weights.sum(1), 1, atol=1e-5)
    np.testing.assert_allclose(shares.sum(1), 1, atol=1e-6)
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
