"""Jobs as real processes: they start, report, end, fail, are cancelled, and leave nothing half-written."""

import json
import os
import sys
import time

import pytest

from i2moe_core import language
from i2moe_core.errors import InputError
from i2moe_core.ui import jobs
from i2moe_core.ui.components import job_panel

WRITE = """
import json, os, sys, time
from pathlib import Path
folder, out, seconds = Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])
(folder / "progress.json").write_text(json.dumps({"stage": "samples", "done": 3, "total": 4}))
(folder / "pid").write_text(str(os.getpid()))
print("it begins", flush=True)
time.sleep(seconds)
(folder / "whole").write_text("all of it")
os.replace(folder / "whole", out)
print("written")
"""


@pytest.fixture
def folder(tmp_path):
    found = tmp_path / ".jobs" / "analyze-made"
    yield found
    for job in jobs.every(tmp_path / ".jobs"):
        jobs.cancel(job)
        until(job, lambda state: state.stage != jobs.RUNNING)


def until(job, wanted, seconds=20):
    """Wait for a state."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if wanted(found := jobs.state(job)):
            return found
        time.sleep(0.05)
    pytest.fail(f"still {jobs.state(job)}")


def begin(folder, out, seconds=30.0):
    return jobs.start([sys.executable, "-c", WRITE, str(folder), str(out), str(seconds)], folder, "The test")


def alive(folder):
    try:
        os.kill(int((folder / "pid").read_text()), 0)
    except ProcessLookupError:
        return False
    return True


def test_a_job_reports_and_ends(folder, tmp_path):
    job = begin(folder, tmp_path / "out", seconds=0.5)
    found = until(job, lambda state: state.total)
    assert (found.stage, found.done, found.total, found.at) == (jobs.RUNNING, 3, 4, "samples")
    assert until(job, lambda state: state.stage != jobs.RUNNING) == jobs.State(
        jobs.FINISHED, 3, 4, None, "samples", "written"
    )
    assert (tmp_path / "out").read_text() == "all of it"
    assert jobs.find(folder) == job
    jobs.forget(job)
    assert jobs.find(folder) is None


def test_a_job_is_cancelled_and_leaves_nothing_half_written(folder, tmp_path):
    job = begin(folder, tmp_path / "out")
    until(job, lambda state: state.total and (folder / "pid").exists() and (folder / "pid").read_text())
    jobs.cancel(job)
    until(job, lambda state: state.stage == jobs.CANCELLED)
    assert not alive(folder)
    assert not (tmp_path / "out").exists()


def test_a_failure_gives_its_last_line(folder):
    job = jobs.start([sys.executable, "-c", "raise SystemExit('no such data')"], folder, "The test")
    found = until(job, lambda state: state.stage != jobs.RUNNING)
    assert (found.stage, found.message) == (jobs.FAILED, "no such data")


def test_a_folder_has_one_job_and_few_run_at_once(folder, tmp_path):
    first = begin(folder, tmp_path / "out")
    assert begin(folder, tmp_path / "other") == first
    begin(folder.with_name("analyze-second"), tmp_path / "out2")
    with pytest.raises(InputError, match="2 computations are running"):
        begin(folder.with_name("analyze-third"), tmp_path / "out3")
    jobs.cancel(first)
    until(first, lambda state: state.stage == jobs.CANCELLED)
    begin(folder.with_name("analyze-third"), tmp_path / "out3")


def test_a_job_without_a_sign_of_life_has_failed(folder):
    folder.mkdir(parents=True)
    (folder / "job.json").write_text(json.dumps({"title": "Lost", "command": ["x"]}))
    (folder / "beat").touch()
    job = jobs.find(folder)
    assert jobs.state(job).stage == jobs.RUNNING
    long_ago = time.time() - 60
    os.utime(folder / "beat", (long_ago, long_ago))
    found = jobs.state(job)
    assert (found.stage, found.message) == (jobs.FAILED, "It was ended from outside.")


@pytest.mark.parametrize("content", ["", "[]", "{", '{"title": 1}'])
def test_a_damaged_record_is_no_job(folder, content):
    folder.mkdir(parents=True)
    (folder / "job.json").write_text(content)
    assert jobs.find(folder) is None


def test_a_command_reports_into_its_folder(tmp_path):
    said = jobs.command("analyze", tmp_path / "run", "--split", "test", progress=tmp_path)
    assert said[1:] == [
        "-m", "i2moe_core.cli", "analyze", str(tmp_path / "run"), "--split", "test", "--progress",
        str(tmp_path / "progress.json"),
    ]  # fmt: skip


@pytest.fixture
def chinese(monkeypatch):
    monkeypatch.setattr(language._Current, "resolver", staticmethod(lambda: "zh"))


def test_a_title_is_kept_in_english_and_said_in_the_visitors_language(folder, monkeypatch):
    title = "The analysis of '{run}' ({split})"
    jobs.start([sys.executable, "-c", ""], folder, title, run="{a}", split="test")
    assert json.loads((folder / "job.json").read_text())["title"] == title
    found = jobs.find(folder)
    assert found.said() == "The analysis of '{a}' (test)"
    monkeypatch.setattr(language._Current, "resolver", staticmethod(lambda: "zh"))
    assert found.said() == "对 {a} 的分析（test）"
    until(found, lambda state: state.stage != jobs.RUNNING)


@pytest.mark.parametrize("about", ["3", "[]", "null"])
def test_a_title_without_values_is_said_as_it_is(folder, about):
    folder.mkdir(parents=True)
    (folder / "job.json").write_text(f'{{"title": "The {{x}}", "command": ["x"], "about": {about}}}')
    assert jobs.find(folder).said() == "The {x}"


@pytest.mark.parametrize(
    ("stage", "said"),
    [
        ("samples", "已完成 3 / 4"),
        ("points", "已检查 3 / 4 项"),
        ("phase probes, epoch 2 of 3", "阶段 probes，第 2 轮，共 3 轮"),
        ("training 1 of 6: margin=.1, seed 0", "第 1 次训练，共 6 次：margin\\=\\.1, seed 0"),
        ("laying out the UMAP map of 1,500 samples by embedding", "正在按嵌入排布 1,500 个样本的 UMAP 图"),
        ("writing", "正在写入"),
        ("anything <i>", "anything \\<i\\>"),
    ],
)
def test_where_a_command_is_said_in_the_visitors_language(chinese, stage, said):
    assert job_panel._progress(jobs.State(jobs.RUNNING, 3, 4, at=stage)) == said
    assert job_panel._progress(jobs.State(jobs.RUNNING, 3, 4, 130.0, stage)) == f"{said}，还需 2 分钟"
