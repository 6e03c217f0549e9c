"""Interrupted at any moment, a training resumes to the very weights of an uninterrupted one."""

import os
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest
import torch
from tiny_trainings import TINY, VECTORS

from i2moe_core.checkpoint.names import CONFIG, HISTORY, MANIFEST, STATE, WEIGHTS
from i2moe_core.cli import main, training
from i2moe_core.cli.progress import Progress


@pytest.fixture(autouse=True)
def no_audit(monkeypatch):
    """What follows the saving is tested elsewhere."""
    monkeypatch.setattr(training, "finish_run", lambda folder, data, device: None)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Return the weights of uninterrupted trainings, by data set."""
    known = {}

    def weights(train, data):
        if data not in known:
            folder = tmp_path_factory.mktemp("whole") / data
            assert train(folder, data) == 0
            known[data] = (folder / WEIGHTS).read_bytes()
        return known[data]

    return weights


def stop_after(monkeypatch, reports):
    """Interrupt after so many reports: twice 3 steps and an epoch's end, then twice 1 step and an end."""

    class Stopping(Progress):
        left = reports

        def __call__(self, report):
            super().__call__(report)
            Stopping.left -= 1
            if Stopping.left == 0:
                raise KeyboardInterrupt

    monkeypatch.setattr(training, "Progress", Stopping)


@pytest.mark.parametrize("data", ["vectors", "scenes"])
@pytest.mark.parametrize("reports", [1, 4, 6, 8, 9, 10, 11, 12])
def test_resumed_weights_are_those_of_the_uninterrupted(data, reports, train, whole, tmp_path, monkeypatch):
    expected = whole(train, data)
    with monkeypatch.context() as patch:
        stop_after(patch, reports)
        assert train(tmp_path / "run", data) == 130
    assert not (tmp_path / "run" / MANIFEST).exists()
    torch.manual_seed(99)  # whatever the state of chance is now
    assert train(tmp_path / "run", data, "--resume") == 0
    assert (tmp_path / "run" / WEIGHTS).read_bytes() == expected
    assert not (tmp_path / "run" / STATE).exists()


@pytest.mark.parametrize("reports", [4, 8])
def test_a_small_sets_encoder_and_heads_resume_too(reports, train, tmp_path, monkeypatch):
    """The bag counts its training texts before the first step; resuming must not count twice."""
    bag = ("scenes", "--fusion=pooled", "--set=model.probe_fusion=pooled", "--set=data.augment=true",
           "--set=model.encoders.text.name=text_bag")  # fmt: skip
    assert train(tmp_path / "whole", *bag) == 0
    with monkeypatch.context() as patch:
        stop_after(patch, reports)
        assert train(tmp_path / "run", *bag) == 130
    assert train(tmp_path / "run", *bag, "--resume") == 0
    assert (tmp_path / "run" / WEIGHTS).read_bytes() == (tmp_path / "whole" / WEIGHTS).read_bytes()


def test_the_best_epoch_of_before_is_not_forgotten(train, tmp_path, monkeypatch):
    rough = ("vectors", "--lr=0.2", "--set=training.epochs=6", "--set=training.patience=0")
    assert train(tmp_path / "whole", *rough) == 0
    history = pd.read_parquet(tmp_path / "whole" / HISTORY)
    best = history[history.phase == "probes"].best_epoch.iloc[-1]
    assert best < 4, "this test needs a training that gets worse"
    with monkeypatch.context() as patch:
        stop_after(patch, 4 * 5 + 1)
        assert train(tmp_path / "run", *rough) == 130
    assert train(tmp_path / "run", *rough, "--resume") == 0
    assert (tmp_path / "run" / WEIGHTS).read_bytes() == (tmp_path / "whole" / WEIGHTS).read_bytes()


def test_interrupted_between_training_and_saving(train, whole, tmp_path, monkeypatch):
    expected = whole(train, "vectors")

    def interrupt(*arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(training, "save_run", interrupt)
        assert train(tmp_path / "run") == 130
    assert train(tmp_path / "run", "vectors", "--resume") == 0
    assert (tmp_path / "run" / WEIGHTS).read_bytes() == expected


def test_resumed_history_has_every_epoch_once(train, tmp_path, monkeypatch):
    assert train(tmp_path / "whole") == 0
    with monkeypatch.context() as patch:
        stop_after(patch, 6)
        train(tmp_path / "run")
    train(tmp_path / "run", "vectors", "--resume")
    frames = [pd.read_parquet(tmp_path / name / HISTORY).drop(columns="seconds") for name in ("whole", "run")]
    pd.testing.assert_frame_equal(*frames)
    assert frames[0][["phase", "epoch"]].to_numpy().tolist() == [
        ["probes", 0],
        ["probes", 1],
        ["experts", 0],
        ["experts", 1],
    ]


def test_interrupted_twice(train, whole, tmp_path, monkeypatch):
    expected = whole(train, "vectors")
    with monkeypatch.context() as patch:
        stop_after(patch, 5)
        assert train(tmp_path / "run") == 130
        stop_after(patch, 6)
        assert main(["train", f"--out={tmp_path / 'run'}", "--resume"]) == 130
    assert main(["train", f"--out={tmp_path / 'run'}", "--resume"]) == 0
    assert (tmp_path / "run" / WEIGHTS).read_bytes() == expected


def test_sigkill_then_resume(train, tmp_path):
    longer = ["--set=training.epochs=15", "--set=training.patience=0"]
    assert train(tmp_path / "whole", "vectors", *longer) == 0
    command = ["-m", "i2moe_core.cli", "train", *VECTORS, *TINY, *longer, f"--out={tmp_path / 'run'}"]
    environment = os.environ | {"OMP_NUM_THREADS": str(torch.get_num_threads())}
    process = subprocess.Popen([sys.executable, *command], env=environment, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not (tmp_path / "run" / STATE).is_file() and time.monotonic() < deadline:
        time.sleep(0.005)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert not (tmp_path / "run" / MANIFEST).exists()
    assert train(tmp_path / "run", "vectors", *longer, "--resume") == 0
    assert (tmp_path / "run" / WEIGHTS).read_bytes() == (tmp_path / "whole" / WEIGHTS).read_bytes()


def test_killed_before_the_first_epoch_resumes_from_the_start(train, whole, tmp_path, monkeypatch):
    expected = whole(train, "vectors")
    with monkeypatch.context() as patch:
        stop_after(patch, 2)
        assert train(tmp_path / "run") == 130
    assert (tmp_path / "run" / CONFIG).is_file()
    assert not (tmp_path / "run" / STATE).exists()
    assert train(tmp_path / "run", "vectors", "--resume") == 0
    assert (tmp_path / "run" / WEIGHTS).read_bytes() == expected


def test_resume_of_nothing_starts_where_data_is_named(train, whole, tmp_path, capsys):
    assert main(["train", f"--out={tmp_path / 'new'}", "--resume"]) == 2
    assert "holds no training to resume" in capsys.readouterr().err
    assert train(tmp_path / "new", "vectors", "--resume") == 0
    assert (tmp_path / "new" / WEIGHTS).read_bytes() == whole(train, "vectors")


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("--lr=0.5", "training.learning_rate = 0.002, not 0.5"),
        ("--data=vectors:marker", "data.source = 'vectors:struct', not 'vectors:marker'"),
        ("--set=model.fusion=tensor", "model.fusion = 'concat', not 'tensor'"),
    ],
)
def test_resume_with_other_settings_is_refused(more, message, train, tmp_path, monkeypatch, capsys):
    with monkeypatch.context() as patch:
        stop_after(patch, 5)
        train(tmp_path / "run")
    before = (tmp_path / "run" / STATE).read_bytes()
    assert train(tmp_path / "run", "vectors", more, "--resume") == 2
    assert message in capsys.readouterr().err
    assert (tmp_path / "run" / STATE).read_bytes() == before


def test_resume_with_a_damaged_state_is_refused(train, tmp_path, monkeypatch, capsys):
    with monkeypatch.context() as patch:
        stop_after(patch, 5)
        train(tmp_path / "run")
    (tmp_path / "run" / STATE).write_bytes(b"half")
    assert train(tmp_path / "run", "vectors", "--resume") == 2
    assert f"{STATE} is damaged" in capsys.readouterr().err


def test_resume_on_changed_data_is_refused(train, tmp_path, monkeypatch, capsys):
    with monkeypatch.context() as patch:
        stop_after(patch, 5)
        train(tmp_path / "run")
    config = tmp_path / "run" / CONFIG
    config.write_text(config.read_text().replace("negative", "minus"))
    assert train(tmp_path / "run", "vectors", "--resume") == 2
    assert "has changed since" in capsys.readouterr().err
