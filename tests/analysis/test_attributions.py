"""Attributions of a split: rows equal those of single samples, a kill costs nothing, sums by hand."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tiny_runs import array_run, scenes_run, stretch

from i2moe_core.analysis import attributions
from i2moe_core.analysis.attribution_summary import Summary
from i2moe_core.analysis.attributions import AttributionJob, attribute_split, write_attribution_parts
from i2moe_core.analysis.attributions_file import read_about, summary_path, table_schema
from i2moe_core.analysis.job import Job, Ranks
from i2moe_core.analysis.part_files import parts_folder
from i2moe_core.checkpoint import load_run, save_run
from i2moe_core.checkpoint.manifest import read_manifest
from i2moe_core.checkpoint.names import ATTRIBUTED, ATTRIBUTIONS
from i2moe_core.errors import InputError
from i2moe_core.explain.attribution.baselines import Baseline
from i2moe_core.explain.attribution.engine import attribute
from i2moe_core.explain.attribution.tops import FRAME

KINDS = {"image": "image", "text": "text"}


@pytest.fixture(scope="module")
def run():
    run, _ = scenes_run()
    stretch(run.model, 1.5)
    return run


def job_of(run, split="test", **options):
    job = Job(run, run.reference, run.config.data, split)
    return AttributionJob(job, "feature_ablation", part=8, **options)


@pytest.fixture(scope="module")
def done(run, tmp_path_factory):
    out = tmp_path_factory.mktemp("attributions") / "attributions.parquet"
    return out, attribute_split(job_of(run), out)


def test_rows_are_those_of_the_single_samples(run, done):
    table = pq.read_table(done[0]).to_pylist()
    rows = run.reference.rows("test")
    assert len(table) == 5 * len(rows)
    assert [row["row"] for row in table[::5]] == rows.tolist()
    row = int(rows[11])
    values = {name: given[row] for name, given in run.reference.raw.items()}
    alone = attribute(run, values, "feature_ablation", sample_id=run.reference.ids[row])
    told = [r for r in table if r["row"] == row]
    assert [r["expert"] for r in told] == ["mixture", *(item.expert for item in alone.items[1:])]
    for record, item in zip(told, alone.items, strict=True):
        numbers = {
            c.label: v
            for c, v in zip(alone.cells, item.cells, strict=True)
            if c.kind == "text" and c.label != FRAME
        }
        assert dict(zip(record["words_text"], record["values_text"], strict=True)) == numbers
        assert record["values_image"] == item.cells[:64].tolist()
        assert {n: record[f"share_{n}"] for n in KINDS} == dict(item.shares)
        assert run.info.classes.index(record["class"]) == int(item.target.rpartition("/")[2])


class Killed(Exception):
    pass


def test_a_kill_and_the_same_call_give_the_same_bytes(run, done, tmp_path):
    out = tmp_path / "attributions.parquet"
    seen = []

    def kill(count, total):
        seen.append((count, total))
        if count == 11:
            raise Killed

    with pytest.raises(Killed):
        attribute_split(job_of(run), out, watch=kill)
    assert not out.exists()
    assert [p.name for p in parts_folder(out, job_of(run).key()).iterdir()] == ["part-000000.parquet"]
    seen.clear()
    attribute_split(job_of(run), out, watch=lambda count, total: seen.append((count, total)))
    assert seen[0] == (8, 20)  # the first part was not computed again
    assert seen[-1] == (20, 20)
    assert out.read_bytes() == done[0].read_bytes()
    assert summary_path(out).read_bytes() == summary_path(done[0]).read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["attributions.json", "attributions.parquet"]


def test_two_ranks_share_the_work_and_write_the_same(run, done, tmp_path):
    out = tmp_path / "attributions.parquet"
    assert attribute_split(job_of(run), out, Ranks(1, 2)) is None
    assert len(list(parts_folder(out, job_of(run).key()).iterdir())) == 1
    attribute_split(job_of(run), out, Ranks(0, 2))
    assert out.read_bytes() == done[0].read_bytes()


def test_a_runs_own_attributions_are_part_of_it(run, done, tmp_path):
    content = (run.model, run.config, run.info, run.vocabulary, run.reference, pd.DataFrame({"epoch": [0]}))
    save_run(tmp_path, *content)
    job, out = job_of(replace(run, path=tmp_path)), tmp_path / ATTRIBUTIONS
    for _ in range(2):  # the second time they are replaced
        attribute_split(job, out)
        assert out.read_bytes() == done[0].read_bytes()
        assert {ATTRIBUTIONS, ATTRIBUTED} <= set(read_manifest(tmp_path).files)
        load_run(tmp_path, "cpu")
        out.write_bytes(b"damaged")
        with pytest.raises(InputError, match=ATTRIBUTIONS):
            load_run(tmp_path, "cpu")
    save_run(tmp_path, *content)  # another training makes them stale
    assert not out.exists()
    assert not summary_path(out).exists()


@pytest.mark.parametrize("other", [{"baseline": Baseline(image="zero")}, {"split": "validation"}])
def test_parts_of_another_job_are_never_taken(run, other):
    assert job_of(run, **other).key() != job_of(run).key()


def test_the_file_says_what_it_is_of(run, done):
    about = read_about(done[0])
    assert (about["run"], about["method"], about["split"], about["samples"]) == (
        run.id,
        "feature_ablation",
        "test",
        20,
    )
    with pytest.raises(InputError, match="no attributions at"):
        read_about(done[0].with_name("absent.parquet"))
    pq.write_table(pa.table({"a": [1]}), done[0].with_name("foreign.parquet"))
    with pytest.raises(InputError, match="holds no attributions"):
        read_about(done[0].with_name("foreign.parquet"))


def test_the_summary_is_the_mean_of_the_rows(run, done):
    frame = pq.read_table(done[0]).to_pandas()
    told = json.loads(summary_path(done[0]).read_text())
    assert told["shares"]["synergy"]["text"] == pytest.approx(
        frame[frame.expert == "synergy"].share_text.mean()
    )
    for (name, expert), rows in frame.groupby(["class", "expert"]):
        group = told["classes"][name][expert]
        assert group["samples"] == len(rows)
        mean = np.stack(rows.values_image.to_list()).mean(0).reshape(8, 8)
        assert np.array(group["maps"]["image"]) == pytest.approx(mean)


def part(words, values, name="circle", expert="synergy"):
    row = {"row": 0, "id": "s", "class": name, "expert": expert, "value": 1.0, "baseline_value": 0.0}
    row |= {"share_image": 0.25, "values_image": [1.0, 2.0, 3.0, 4.0], "share_text": 0.75}
    row |= {"values_text": values, "words_text": words}
    return pa.Table.from_pylist([row], schema=table_schema(KINDS))


def test_words_by_hand():
    summary = Summary({}, KINDS)
    for words, values in (
        (["Red", "red", "दृश्य"], [1.0, 2.0, -4.0]),
        (["RED", "cafe\u0301", "दृश्य"], [1.0, 5.0, -2.0]),
        (["caf\u00e9", "दृश्य", "rare"], [1.0, float("nan"), 9.0]),
    ):
        summary.add(part(words, values))
    group = ("circle", "synergy")
    assert summary.words(group, "text", least=2) == [
        {"word": "café", "mean": 3.0, "samples": 2},
        {"word": "दृश्य", "mean": -3.0, "samples": 2},
        {"word": "red", "mean": 2.0, "samples": 2},
    ]
    assert summary.words(group, "text", least=1, count=1)[0]["word"] == "rare"
    assert summary.mean_map(group, "image").tolist() == [[1, 2], [3, 4]]
    assert summary.shares() == {"synergy": {"image": 0.25, "text": 0.75}}


def test_missing_modalities_and_arrays(tmp_path):
    run, _ = array_run("regression", 3, missing=0.4)
    job = AttributionJob(
        Job(run, run.reference, run.config.data, str(run.reference.splits[0])), "feature_ablation"
    )
    attribute_split(job, tmp_path / "a.parquet")
    frame = pq.read_table(tmp_path / "a.parquet").to_pandas()
    name = next(iter(run.info.modalities))
    lacks = [run.reference.raw[name][row] is None for row in frame.row]
    assert any(lacks)
    assert frame[f"values_{name}"].isna().tolist() == lacks


def test_a_wrong_name_is_refused_before_any_work(run, tmp_path):
    job = AttributionJob(job_of(run).job, "shaply_sampling")
    with pytest.raises(InputError, match="Did you mean"):
        attribute_split(job, tmp_path / "a.parquet")
    assert list(tmp_path.iterdir()) == []


def test_a_part_is_told_sample_by_sample(run, tmp_path, monkeypatch):
    monkeypatch.setattr(attributions, "_sample", lambda job, row: iter(()))
    seen = []
    write_attribution_parts(job_of(run), Path(tmp_path), watch=lambda count, total: seen.append(count))
    assert seen == list(range(21))
