"""The runs of a folder and their states, and what the training form makes of a wish."""

import json
import os
import time

import pytest
import tiny_folder

from i2moe_core.checkpoint.names import AUDIT
from i2moe_core.errors import InputError
from i2moe_core.ui import jobs, running, training_wish
from i2moe_core.ui.training_wish import Wish


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tiny_folder.fill(tmp_path_factory.mktemp("runs"))


@pytest.fixture(autouse=True)
def known(folder, monkeypatch):
    monkeypatch.setenv("I2MOE_CHECKPOINTS", str(folder))


def job(folder, name, alive=True):
    """A training job as another process would have left it."""
    place = folder / ".jobs" / f"train-{name}"
    place.mkdir(parents=True)
    (place / "job.json").write_text(json.dumps({"title": "A training", "command": ["x"]}))
    (place / "beat").touch()
    if not alive:
        os.utime(place / "beat", (0, 0))
    return place


@pytest.fixture
def jobs_of(folder):
    """Make jobs that are gone after the test."""
    made = []

    def make(name, alive=True):
        made.append(job(folder, name, alive))
        return made[-1]

    yield make
    for place in made:
        for path in place.iterdir():
            path.unlink()
        place.rmdir()


def states():
    return {line.name: line.state for line in running.run_lines()}


def test_every_run_has_its_state(folder):
    assert states() == {
        tiny_folder.BROKEN: running.DAMAGED, "first": running.READY, "second": running.READY,
        "single": running.READY, "stopped": running.INTERRUPTED,
    }  # fmt: skip


def test_a_training_with_a_living_job_is_in_training(jobs_of):
    jobs_of("stopped")
    assert states()["stopped"] == running.TRAINING


def test_a_training_whose_job_died_is_interrupted(jobs_of):
    jobs_of("stopped", alive=False)
    assert states()["stopped"] == running.INTERRUPTED


def test_a_training_that_begins_has_no_folder_yet(jobs_of):
    jobs_of("soon")
    jobs_of("never", alive=False)
    assert states()["soon"] == running.TRAINING
    assert "never" not in states()


def test_a_line_says_what_was_trained_and_what_the_audit_found(folder):
    line = next(line for line in running.run_lines() if line.name == "second")
    audit = json.loads((folder / "second" / AUDIT).read_text())
    assert (line.data, line.recipe, line.fusion, line.seed) == ("vectors:struct", "faithful", "concat", 1)
    assert line.figures["accuracy"] == audit["accuracy"]
    assert line.figures["ece"] == audit["calibration"]["ece"]
    stopped = next(line for line in running.run_lines() if line.name == "stopped")
    assert (stopped.data, stopped.recipe, stopped.figures) == ("vectors:struct", "faithful", {})


def test_the_last_sign_is_the_newest_file(folder):
    os.utime(folder / "stopped" / "history.parquet", (time.time() - 100,) * 2)
    os.utime(folder / "stopped" / "config.json", (time.time() - 500,) * 2)
    assert running.last_sign(folder / "stopped") == pytest.approx(100, abs=5)
    assert running.last_sign(folder / "absent") is None


def test_curves_are_read_anew_when_the_file_changes(folder, tmp_path):
    whole = running.read_history(folder / "first")
    assert len(whole) == 4
    assert running.read_history(tmp_path).empty
    file = tmp_path / "history.parquet"
    whole.iloc[:1].to_parquet(file)
    assert len(running.read_history(tmp_path)) == 1
    whole.iloc[:3].to_parquet(file)
    os.utime(file, (1, 1))
    assert len(running.read_history(tmp_path)) == 3
    file.write_bytes(b"PAR1 nothing")
    with pytest.raises(InputError, match="damaged"):
        running.read_history(tmp_path)


def test_an_interrupted_training_goes_on_with_the_same_command(folder, monkeypatch):
    asked = []
    monkeypatch.setattr(jobs, "start", lambda *arguments, **about: asked.append((*arguments, about)))
    running.resume_training(folder / "stopped")
    command, place, title, about = asked[0]
    assert title.format(**about) == "The training of 'stopped'"
    assert command[3:7] == ["train", "--resume", "--out", str(folder / "stopped")]
    assert place == jobs.folder_of("train", "stopped")
    assert command[-2:] == ["--progress", str(place / "progress.json")]


def test_a_wish_is_a_command(folder, monkeypatch):
    asked = []
    monkeypatch.setattr(jobs, "start", lambda *arguments, **about: asked.append((*arguments, about)))
    wish = Wish("new", "/data/my set", "paper", "tensor", 3, 5, None, ("model.width=8",))
    training_wish.start_wish(wish)
    assert asked[0][0][3:-2] == [
        "train", "--data=/data/my set", "--recipe", "paper", "--fusion", "tensor", "--seed", "3", "--epochs",
        "5",
        "--set=model.width=8", "--out", str(folder / "new"),
    ]  # fmt: skip
    assert "'--data=/data/my set'" in training_wish.terminal_line(wish)


def test_several_values_are_a_sweep(folder, monkeypatch):
    asked = []
    monkeypatch.setattr(jobs, "start", lambda *arguments, **about: asked.append((*arguments, about)))
    training_wish.start_wish(Wish("new", "scenes", "paper", varied=("margin=.1,1",), seeds="0, 1"))
    command, place, title, about = asked[0]
    assert command[3:-2] == [
        "sweep", "--param=margin=.1,1", "--data=scenes", "--recipe", "paper", "--seeds", "0,1", "--out",
        str(folder / "new"),
    ]  # fmt: skip
    assert place == jobs.folder_of("sweep", "new")
    assert title.format(**about) == "The sweep 'new'"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"name": "../up"}, "cannot be a run's name"),
        ({"name": ""}, "cannot be a run's name"),
        ({"name": "-x"}, "cannot be a run's name"),
        ({"name": "first"}, "already"),
        ({"source": ""}, "folder or file"),
        ({"settings": ("width 8",)}, "KEY=VALUE"),
        ({"varied": ("=1,2",)}, "KEY=VALUE"),
        ({"seeds": "one"}, "whole numbers"),
    ],
)
def test_what_can_be_seen_to_fail_is_refused_before_anything_starts(change, why, monkeypatch):
    monkeypatch.setattr(jobs, "start", lambda *arguments: pytest.fail("it started"))
    wish = Wish(**({"name": "new", "source": "scenes", "recipe": "faithful"} | change))
    with pytest.raises(InputError, match=why):
        training_wish.start_wish(wish)


def test_a_suggested_name_is_free_and_can_be_used(folder):
    assert training_wish.suggested_name("vectors:struct", "faithful", 0) == "vectors-struct-faithful-0"
    (folder / "scenes-paper-0").mkdir()
    assert training_wish.suggested_name("scenes", "paper", 0) == "scenes-paper-0-2"
    assert training_wish.suggested_name("/data/Größe!.csv", "paper", 1, ["margin=1,2"]) == "gr-e-paper-margin"
    for source in ("", "///", "..", "é"):
        name = training_wish.suggested_name(source, "paper", 0)
        training_wish.check(Wish(name, "scenes", "paper"))
