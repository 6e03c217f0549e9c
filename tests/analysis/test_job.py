"""An analysis in parts: stopped anywhere it goes on to the same bytes, and takes no others' leftovers."""

import dataclasses
import os
from functools import partial

import numpy as np
import pandas as pd
import pytest
from tiny_runs import array_run, scenes_run

from i2moe_core.analysis import part_files
from i2moe_core.analysis.assemble import finish_job
from i2moe_core.analysis.job import ALONE, Job, Ranks, await_parts, write_parts
from i2moe_core.analysis.part_files import other_folders, parts_folder
from i2moe_core.analysis.records import analyze_run
from i2moe_core.analysis.store import read_analysis, read_info
from i2moe_core.errors import InputError


class Killed(BaseException):
    """Stands for SIGKILL."""


def job_of(run, data, split="validation", part=6) -> Job:
    return Job(run, data.samples, run.config.data, split, part=part)


def analyze(job, out, ranks=ALONE) -> bytes:
    paths = write_parts(job, parts_folder(out, job.key()), ranks)
    finish_job(job, paths, partial(os.replace, dst=out), umap=False)
    return out.read_bytes()


@pytest.fixture(scope="module")
def tiny():
    return array_run(missing=0.2)


def test_the_parts_make_the_table_that_is_made_at_once(tiny, tmp_path):
    run, data = tiny
    analyze(job_of(run, data), tmp_path / "a.parquet")
    found, expected = read_analysis(tmp_path / "a.parquet"), analyze_run(run, data, "validation")
    assert found["row"].tolist() == data.samples.rows("validation").tolist()
    pd.testing.assert_frame_equal(found, expected, atol=1e-5, rtol=1e-4, check_dtype=False)
    assert read_info(tmp_path / "a.parquet").experts == ["unique:x1", "unique:x2", "synergy", "redundancy"]


def test_stopped_at_every_file_operation(tiny, tmp_path):
    job = job_of(*tiny)
    expected = analyze(job, tmp_path / "a.parquet")
    out = tmp_path / "b.parquet"
    for fatal in range(1, 100):
        done = 0

        def operation(*given, real, fatal=fatal, **named):
            nonlocal done
            done += 1
            if done == fatal:
                raise Killed
            return real(*given, **named)

        with pytest.MonkeyPatch.context() as patch:
            for name in ("replace", "fsync"):
                patch.setattr(part_files.os, name, partial(operation, real=getattr(os, name)))
            try:
                analyze(job, out)
            except Killed:
                assert not out.exists()
            else:
                break
        assert analyze(job, out) == expected
        assert not list(tmp_path.glob("*.parts"))
        out.unlink()
    assert fatal > 8


def test_parts_that_are_there_are_not_made_again(tiny, tmp_path, monkeypatch):
    job, seen = job_of(*tiny), []
    folder = parts_folder(tmp_path / "a.parquet", job.key())
    paths = write_parts(job, folder)
    paths[1].unlink()
    kept = [path.stat().st_mtime_ns for path in paths if path.exists()]
    write_parts(job, folder, watch=lambda done, total: seen.append((done, total)))
    assert seen == [(14, 20), (20, 20)]
    assert [path.stat().st_mtime_ns for n, path in enumerate(paths) if n != 1] == kept


def test_two_ranks_share_the_parts(tiny, tmp_path):
    job = job_of(*tiny)
    expected = analyze(job, tmp_path / "a.parquet")
    out = tmp_path / "b.parquet"
    folder = parts_folder(out, job.key())
    paths = write_parts(job, folder, Ranks(1, 2))
    assert [path.exists() for path in paths] == [False, True, False, True]
    write_parts(job, folder, Ranks(0, 2))
    await_parts(paths)
    assert analyze(job, out) == expected


def test_rows_do_not_depend_on_the_parts(tmp_path):
    job = job_of(*scenes_run(), "test", 20)
    other = dataclasses.replace(job, part=7)
    analyze(job, tmp_path / "a.parquet")
    analyze(other, tmp_path / "b.parquet")
    a, b = read_analysis(tmp_path / "a.parquet"), read_analysis(tmp_path / "b.parquet")
    pd.testing.assert_frame_equal(a, b, atol=1e-5, rtol=1e-4)


def test_the_key_follows_what_decides_the_rows(tiny):
    run, data = tiny
    job = job_of(run, data)
    changed = dataclasses.replace(
        data.samples, raw=data.samples.raw | {"x1": [None, *data.samples.raw["x1"][1:]]}
    )
    others = [
        dataclasses.replace(job, run=dataclasses.replace(run, id="other")),
        dataclasses.replace(job, samples=changed),
        dataclasses.replace(job, split="train"),
        dataclasses.replace(job, draws=2),
        dataclasses.replace(job, part=7),
    ]
    assert job.key() == job_of(run, data).key()
    assert len({job.key(), *(other.key() for other in others)}) == 6


def test_leftovers_of_another_analysis_are_told_apart(tiny, tmp_path):
    job, out = job_of(*tiny), tmp_path / "a.parquet"
    other = dataclasses.replace(job, draws=1)
    write_parts(other, parts_folder(out, other.key()))
    assert other_folders(out, job.key()) == [parts_folder(out, other.key())]
    assert other_folders(out, other.key()) == []
    assert other_folders(tmp_path / "b.parquet", job.key()) == []


def test_a_damaged_part_is_named_and_removed(tiny, tmp_path):
    job, out = job_of(*tiny), tmp_path / "a.parquet"
    paths = write_parts(job, parts_folder(out, job.key()))
    paths[2].write_bytes(b"no parquet")
    with pytest.raises(InputError, match=r"part-000002\.parquet was damaged"):
        analyze(job, out)
    assert len(analyze(job, out)) > 1000


def test_a_part_without_a_modality_and_short_sequences(tmp_path):
    """All samples of the first part lack x1: the run's shape is known without them."""
    run, data = array_run(size=60)
    rows = data.samples.rows("validation")
    raw = {name: list(values) for name, values in data.samples.raw.items()}
    for row in rows[:6]:
        raw["x1"][row] = None
    analyze(
        job_of(run, dataclasses.replace(data, samples=dataclasses.replace(data.samples, raw=raw))),
        tmp_path / "a",
    )
    table = read_analysis(tmp_path / "a")
    assert table["missing"].tolist() == ["x1"] * 6 + [""] * 14
    assert table["swapped_x1_mixture"].isna().tolist() == [True] * 6 + [False] * 14
    assert np.isfinite(table["swapped_x2_mixture"]).all()


def test_an_empty_split_is_refused(tiny):
    with pytest.raises(InputError, match="'test'"):
        job_of(*tiny, split="test").key()


def test_nothing_can_be_written(tiny, tmp_path):
    (tmp_path / "a.parquet.parts").write_text("in the way")
    with pytest.raises(InputError, match="cannot be written"):
        analyze(job_of(*tiny), tmp_path / "a.parquet")
