"""``i2moe train --progress FILE``: what the file says as the epochs go by, and what it refuses."""

import json

import pytest

from i2moe_core.cli import progress, training
from i2moe_core.cli.progress import Progress, Stretch
from i2moe_core.training.epoch import Report

PLAN = (Stretch("probes", 3, 4), Stretch("experts", 2, 2))
ROW = {"seconds": 1.0, "best_epoch": 0, "validation.task": 0.5}


@pytest.fixture
def clock(monkeypatch):
    """A clock that is set by hand."""
    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def at(file):
    return json.loads(file.read_text())


def test_steps_of_all_phases_are_counted_and_the_time_is_told(clock, tmp_path, capsys):
    file = tmp_path / "progress.json"
    shown = Progress(file, PLAN)
    assert at(file) == {"stage": "the training begins", "done": 0, "total": 16, "seconds_left": None}
    shown(Report("probes", 0, 3, 1, 4, {"task": 1.0}))
    assert at(file)["done"] == 1
    clock[0] += 6
    shown(Report("probes", 1, 3, 0, 0, {"task": 1.0}, ROW))
    assert at(file) == {
        "stage": "phase probes, epoch 2 of 3", "done": 8, "total": 16, "seconds_left": round(6 / 7 * 8, 1)
    }  # fmt: skip
    clock[0] += 1
    shown(Report("experts", 1, 2, 1, 2, {"task": 1.0}))
    assert (at(file)["done"], at(file)["seconds_left"]) == (12 + 2 + 1, None)
    shown.say("finished")
    assert (at(file)["stage"], at(file)["done"], at(file)["total"]) == ("finished", 16, 16)
    assert "probes 2/3" in capsys.readouterr().out


def test_it_is_not_written_at_every_step(clock, tmp_path):
    file = tmp_path / "progress.json"
    shown = Progress(file, PLAN)
    shown(Report("probes", 0, 3, 1, 4, {"task": 1.0}))
    clock[0] += progress.PAUSE / 2
    shown(Report("probes", 0, 3, 2, 4, {"task": 1.0}))
    assert at(file)["done"] == 1
    clock[0] += progress.PAUSE
    shown(Report("probes", 0, 3, 3, 4, {"task": 1.0}))
    assert at(file)["done"] == 3


def test_a_training_keeps_it_to_the_end(train, tmp_path, monkeypatch):
    seen = []
    file = tmp_path / "progress.json"
    monkeypatch.setattr(training, "finish_run", lambda folder, data, device: seen.append(at(file)))
    assert train(tmp_path / "run", "vectors", f"--progress={file}") == 0
    assert seen[0]["stage"] == "trained; now the audit and the analysis"
    assert at(file)["stage"] == "finished"
    assert at(file)["done"] == at(file)["total"] == 2 * 3 + 2  # 48 samples, by 16 and by 128


def test_a_file_that_cannot_be_written_ends_it_before_anything_is_left(train, tmp_path, capsys):
    assert train(tmp_path / "run", "vectors", f"--progress={tmp_path / 'absent' / 'x.json'}") == 2
    assert "cannot be written" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()
