"""``i2moe sweep``: ordinary runs and their table, the same after a kill, extended at will, refused early."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
import torch
from tiny_trainings import TINY, VECTORS

from i2moe_core.analysis.sweep import SWEEP, load_sweep
from i2moe_core.checkpoint import load_run
from i2moe_core.checkpoint.names import STATE, WEIGHTS
from i2moe_core.cli import main, sweep_run, training

PAPER = (*VECTORS, *TINY, "--recipe=paper")
GRID = ("--param=margin=.5,2", "--seeds=0,1")


def sweep(folder, *more, base=(*PAPER, *GRID)):
    return main(["sweep", *base, f"--out={folder}", *more])


def refused(capsys, *arguments, base=(*PAPER, *GRID), folder="nowhere"):
    assert sweep(folder, *arguments, base=base) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    return error


def rows(folder):
    """The table without the clock."""
    return [
        {key: value for key, value in row.items() if key != "seconds"}
        for row in json.loads((folder / SWEEP).read_text())["rows"]
    ]


def weights(folder):
    return {path.parent.name: path.read_bytes() for path in folder.glob(f"*/{WEIGHTS}")}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sweeps") / "whole"
    assert sweep(folder) == 0
    return folder


def test_every_row_is_an_ordinary_run(whole, tmp_path):
    names = [row["run"] for row in rows(whole)]
    assert names == [f"margin={margin},seed={seed}" for margin in ("0.5", "2") for seed in (0, 1)]
    alone = ["train", *PAPER, "--set=training.recipe_options.margin=2.0", "--seed=1"]
    assert main([*alone, f"--out={tmp_path / 'run'}"]) == 0
    assert (tmp_path / "run" / WEIGHTS).read_bytes() == weights(whole)["margin=2,seed=1"]
    run, row = load_run(whole / "margin=2,seed=1", "cpu"), rows(whole)[3]
    assert run.config.training.recipe_options == {"margin": 2.0}
    assert row["settings"] == {"margin": 2.0}
    assert row["ece"] == run.audit["calibration"]["ece"]
    assert {key: row[key] for key in ("accuracy", "leak", "irs", "roles", "contribution_argmax")} == {
        key: run.audit[key] for key in ("accuracy", "leak", "irs", "roles", "contribution_argmax")
    }
    best = run.history[run.history["epoch"] == run.history["best_epoch"].iloc[-1]]
    assert row["validation"] == best["validation.accuracy"].iloc[0]
    assert load_sweep(whole).rows["seconds"][3] == pytest.approx(run.history["seconds"].sum(), abs=1e-3)


def test_killed_in_the_second_training_and_given_again_it_is_the_same(tmp_path):
    longer = ("--set=training.epochs=15", "--set=training.patience=0")
    whole, folder, two = tmp_path / "whole", tmp_path / "sweep", (*PAPER, *longer, "--param=margin=.5,2")
    assert sweep(whole, base=two) == 0
    command = [sys.executable, "-m", "i2moe_core.cli", "sweep", *two, f"--out={folder}"]
    environment = os.environ | {"OMP_NUM_THREADS": str(torch.get_num_threads())}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60

    state = folder / "margin=2,seed=0" / STATE
    while not state.is_file() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.001)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert list(weights(folder)) == ["margin=0.5,seed=0"], "killed too late for this test"
    assert sweep(folder, base=two) == 0
    assert rows(folder) == rows(whole)
    assert weights(folder) == weights(whole)


def test_interrupted_between_training_and_audit(whole, tmp_path, monkeypatch, capsys):
    one = (*PAPER, "--param=margin=.5")

    def interrupt(*arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(training, "finish_run", interrupt)
        assert sweep(tmp_path / "sweep", base=one) == 130
    assert "Go on with the same command." in capsys.readouterr().err
    assert rows(tmp_path / "sweep") == []
    assert sweep(tmp_path / "sweep", base=one) == 0
    assert rows(tmp_path / "sweep") == rows(whole)[:1]


def test_finished_trainings_are_not_trained_again(whole, monkeypatch, capsys):
    before = (whole / SWEEP).read_bytes()
    monkeypatch.setattr(sweep_run, "single", None)
    assert sweep(whole) == 0
    assert "goes on: 4 of 4 trainings are there already" in capsys.readouterr().out
    assert (whole / SWEEP).read_bytes() == before


def test_further_values_and_seeds_are_added(whole, tmp_path):
    assert sweep(tmp_path / "s", base=(*PAPER, "--param=margin=2")) == 0
    assert sweep(tmp_path / "s", base=(*PAPER, "--param=margin=.5", "--seeds=0,1")) == 0
    assert load_sweep(tmp_path / "s").planned == 3
    kept, *new = [row["run"] for row in rows(tmp_path / "s")]
    assert (kept, new) == ("margin=2,seed=0", ["margin=0.5,seed=0", "margin=0.5,seed=1"])
    assert sweep(tmp_path / "s") == 0
    assert rows(tmp_path / "s") == rows(whole)
    assert load_sweep(tmp_path / "s").planned == 4


def test_table_figure_and_progress(whole, tmp_path, capsys):
    figure, progress = tmp_path / "new" / "sweep.html", tmp_path / "progress.json"
    assert sweep(whole, f"--figure={figure}", f"--progress={progress}") == 0
    lines = capsys.readouterr().out.splitlines()
    accuracies = [row["accuracy"] for row in rows(whole)[:2]]
    cells = next(line for line in lines if line.startswith("0.5 ")).split()
    heads = next(line for line in lines if line.startswith("margin")).split()
    assert heads[:4] == ["margin", "seeds", "validation", "accuracy"]
    assert cells[1] == "2"
    assert float(cells[5]) == pytest.approx(sum(accuracies) / 2, abs=6e-4)
    page = figure.read_text()
    assert "Sweep of margin" in page
    assert page.count('class="plotly-graph-div"') > 5
    assert "https://cdn" not in page.split("<h2>")[0]
    assert json.loads(progress.read_text()) == {
        "stage": "finished", "done": 4000, "total": 4000, "seconds_left": None,
    }  # fmt: skip


def test_progress_rises_within_a_training(tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(
        "i2moe_core.cli.sweep_progress.write_progress", lambda file, *values: seen.append(values)
    )
    assert sweep(tmp_path / "s", base=(*PAPER, "--param=margin=.5,2")) == 0
    assert {total for _, _, total, _ in seen} == {2000}
    done = [value for _, value, _, _ in seen]
    assert done == sorted(done)
    assert any(0 < value < 1000 for value in done)
    assert seen[0][0] == "training 1 of 2: margin=0.5, seed 0"
    assert seen[-1] == ("finished", 2000, 2000, None)


def test_a_training_that_fails_does_not_stop_the_others(tmp_path, capsys):
    base = (*PAPER, "--param=lr=1e30,2e-3")
    assert sweep(tmp_path / "s", base=base) == 0
    table = load_sweep(tmp_path / "s").rows
    assert "not finite" in table["problem"][0]
    assert table["problem"][1] is None
    assert table["accuracy"].isna().tolist() == [True, False]
    assert "learning_rate=1e+30,seed=0: The loss" in capsys.readouterr().out
    assert sweep(tmp_path / "t", base=(*PAPER, "--param=lr=1e30")) == 2
    assert "No training of the sweep came to its end: The loss" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--param=fusion=concat,tensr",), "margin=0.5, fusion=tensr, seed 0: Unknown fusion 'tensr'"),
        (("--param=gate_layers=1,-1",), "gate_layers=-1, seed 0: model.gate_layers must be 0 or more"),
        (("--seed=3",), "--seed and --seeds were both given"),
        (("--set=training.seed=3",), "give the seeds as --seeds"),
        (("--set=training.recipe_options.margin=3",), "varied and set at once"),
        (("--figure=sweep.png",), "'sweep.png' does not end in .html"),
        (("--recipe=faithful",), "Recipe 'faithful' has no option 'margin'; give --recipe paper"),
        (("--option=nonsense=1",), "nonsense"),
    ],
)
def test_refused_before_anything_is_written(more, words, tmp_path, capsys):
    assert words in refused(capsys, *more, folder=tmp_path / "s")
    assert not (tmp_path / "s").exists()


@pytest.mark.parametrize("seeds", ["0,0", "0,-1", "a", "", "1.5"])
def test_seeds_are_different_whole_numbers(seeds, tmp_path, capsys):
    assert "--seeds needs different whole numbers" in refused(
        capsys, f"--seeds={seeds}", base=(*PAPER, "--param=margin=1"), folder=tmp_path / "s"
    )


def test_nothing_to_train_on_and_nothing_to_vary(tmp_path, capsys):
    bare = (*TINY, "--recipe=paper", "--param=margin=1")
    assert "give --data" in refused(capsys, base=bare, folder=tmp_path / "s")
    assert "nothing to vary" in refused(capsys, base=PAPER, folder=tmp_path / "s")


def test_another_sweep_in_the_folder_is_kept(whole, capsys):
    before = (whole / SWEEP).read_bytes()
    assert "began with training.epochs = 2, not" in refused(capsys, "--epochs=3", folder=whole)
    other = (*PAPER, "--param=temperature=1,2")
    assert "a sweep of margin, not of temperature" in refused(capsys, base=other, folder=whole)
    assert (whole / SWEEP).read_bytes() == before


def test_settings_of_a_file(whole, tmp_path):
    config = whole / "margin=2,seed=1" / "config.json"
    base = ("--param=margin=.5,2", "--seeds=0,1", f"--config={config}")
    assert sweep(tmp_path / "s", base=base) == 0
    assert weights(tmp_path / "s") == weights(whole)
