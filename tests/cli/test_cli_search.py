"""``i2moe search``: the planted layers found, the same after a kill, an ordinary configuration, refusals."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import torch
from tiny_trainings import TINY, VECTORS
from torch import nn

from i2moe_core.checkpoint import load_run
from i2moe_core.cli import main, search_run
from i2moe_core.cli.search_file import BEST, SEARCH
from i2moe_core.cli.training_config import read_config
from i2moe_core.encoders import ENCODERS, Encoder
from i2moe_core.encoders.base import as_features

SMALL = (*VECTORS, *TINY, "--rounds=2", "--samples=2", "--epochs=1")


def search(folder, *more, base=SMALL):
    return main(["search", *base, f"--out={folder}", *more])


def candidates(folder):
    """The candidates without the clock."""
    return [
        {key: value for key, value in row.items() if key != "seconds"}
        for row in json.loads((folder / SEARCH).read_text())["candidates"]
    ]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("searches") / "whole"
    assert search(folder, f"--json={folder.parent / 'all.json'}") == 0
    return folder


class Forgetful(Encoder):
    """Knows its input in its first layer only, or with ``early`` false in its last layer only."""

    def __init__(self, shape, width, vocabulary_size=0, early=True):
        super().__init__(shape, width, vocabulary_size)
        self.early, self.rest = early, nn.Parameter(torch.zeros(width))

    @property
    def layer_widths(self):
        return (self.width,)

    def forward(self, x):
        known, forgotten = x[:, : self.width], x[:, : self.width] * 0
        first, last = (known, forgotten) if self.early else (forgotten, known)
        return self.with_layers(as_features((last + self.rest).unsqueeze(1)), [first])


def two_bits(path, rows=600):
    """A file of two arrays whose label is whether the bits in their first numbers differ."""
    rng = np.random.default_rng(0)
    bits = rng.integers(0, 2, (2, rows))
    x = 0.2 * rng.standard_normal((2, rows, 4)).astype(np.float32)
    x[:, :, 0] += 2 * bits - 1
    splits = np.array(["train", "train", "validation", "test"])[np.arange(rows) % 4]
    np.savez(path, x_a=x[0], x_b=x[1], y=bits[0] ^ bits[1], split=splits)
    return path


def test_the_layers_that_hold_the_label_are_found(tmp_path, monkeypatch):
    """One bit is seen in layer 0 of a alone, the other in layer 1 of b alone; neither tells by itself."""
    monkeypatch.setitem(ENCODERS, "forgetful", Forgetful)
    encoders = {name: {"name": "forgetful", "options": {"early": name == "a"}} for name in ("a", "b")}
    base = (
        f"--data={two_bits(tmp_path / 'bits.npz')}", "--set=model.width=4", "--set=model.dropout=0",
        f"--set=model.encoders={json.dumps(encoders)}", "--steps=1", "--rounds=3", "--samples=3",
        "--epochs=12", "--lr=0.02", "--set=training.patience=0", "--batch-size=32", "--device=cpu",
    )  # fmt: skip
    assert search(tmp_path / "s", base=base) == 0
    (step,) = read_config(tmp_path / "s" / BEST).model.fusion_options["steps"]
    assert step[:2] == [0, 1]
    scores = {tuple(row["steps"][0]): row["score"] for row in candidates(tmp_path / "s")}
    assert scores[tuple(step)] > 0.95
    others = [score for (first, second, _), score in scores.items() if (first, second) != (0, 1)]
    assert others
    assert (1, 1, "relu") in scores
    assert max(others) < 0.75


def test_the_answer_is_an_ordinary_configuration(whole, tmp_path):
    config, rows = read_config(whole / BEST), candidates(whole)
    top = max(row["score"] for row in rows)
    assert config.model.fusion_options["steps"] in [r["steps"] for r in rows if r["score"] == top]
    assert (config.model.fusion, config.training.recipe, config.training.epochs) == (
        "layerwise",
        "faithful",
        30,
    )
    quick = ("--epochs=1", "--expert-epochs=1")
    assert main(["train", f"--config={whole / BEST}", *quick, f"--out={tmp_path / 'run'}"]) == 0
    run = load_run(tmp_path / "run", "cpu")
    assert run.config.model.fusion_options == config.model.fusion_options
    assert run.audit is not None


def test_the_report_holds_all_candidates_the_best_first(whole):
    report = json.loads((whole.parent / "all.json").read_text())
    scores = [row["score"] for row in report["candidates"]]
    assert scores == sorted(scores, reverse=True)
    assert (report["layers"], report["space"], report["measure"]) == ([2, 2], 12 + 144, "accuracy")
    assert report["tried"] == len(candidates(whole)) == 8
    assert report["config"]["model"]["fusion_options"]["steps"] == report["candidates"][0]["steps"]


def test_killed_and_given_again_it_is_the_same(whole, tmp_path, capsys):
    folder = tmp_path / "search"
    command = [sys.executable, "-m", "i2moe_core.cli", "search", *SMALL, f"--out={folder}"]
    environment = os.environ | {"OMP_NUM_THREADS": str(torch.get_num_threads())}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not (folder / SEARCH).is_file() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.001)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert 0 < len(candidates(folder)) < 8, "killed too late for this test"
    assert search(folder) == 0
    assert "trainings are there already" in capsys.readouterr().out
    assert candidates(folder) == candidates(whole)
    assert (folder / BEST).read_bytes() == (whole / BEST).read_bytes()


def test_a_finished_search_trains_nothing(whole, monkeypatch, capsys):
    monkeypatch.setattr(search_run, "fit", None)
    before = (whole / SEARCH).read_bytes()
    assert search(whole) == 0
    assert (whole / SEARCH).read_bytes() == before
    table = capsys.readouterr().out
    assert "(last layers)" in table
    assert f"i2moe train --config {whole / BEST}" in table


def test_more_rounds_use_what_was_trained(whole, tmp_path, monkeypatch):
    (tmp_path / SEARCH).write_bytes((whole / SEARCH).read_bytes())
    assert search(tmp_path, "--rounds=3") == 0
    assert candidates(tmp_path)[:8] == candidates(whole)


def test_the_test_split_is_never_read(tmp_path, monkeypatch):
    read = []
    plain = search_run.TensorData.batch

    def watched(data, rows):
        read.extend(data.samples.splits[torch.as_tensor(rows)].tolist())
        return plain(data, rows)

    monkeypatch.setattr(search_run.TensorData, "batch", watched)
    assert search(tmp_path / "s", "--rounds=1", "--samples=1", "--steps=1") == 0
    assert set(read) == {"train", "validation"}


def test_refusals(whole, tmp_path, capsys):
    def refused(folder, *more, base=SMALL):
        assert search(folder, *more, base=base) == 2
        return capsys.readouterr().err

    assert "leave out --fusion mfb" in refused(tmp_path / "a", "--fusion=mfb")
    assert "give --data" in refused(tmp_path / "a", base=TINY)
    assert "model.width = 8, not 4" in refused(whole, "--set=model.width=4")
    assert "training.epochs = 1, not 2" in refused(whole, "--epochs=2")
    (tmp_path / "notes.txt").write_text("")
    assert "holds 'notes.txt' and no search" in refused(tmp_path)
    assert "is a file" in refused(tmp_path / "notes.txt")
    assert not (tmp_path / "a").exists()


def test_a_search_in_which_nothing_can_be_trained_says_why(tmp_path, capsys):
    assert search(tmp_path / "s", "--lr=1e30", "--set=training.clip=0", "--rounds=1", "--samples=1") == 2
    assert "No candidate could be trained" in capsys.readouterr().err
