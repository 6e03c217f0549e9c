"""``i2moe train``: what it leaves behind, and what it refuses before anything is written."""

import json

import pandas as pd
import pytest

from i2moe_core.checkpoint import list_runs, load_run
from i2moe_core.checkpoint.names import ADDED, ANALYSIS, AUDIT, CARD, CONFIG, STATE, WEIGHTS
from i2moe_core.cli import main, training

FRESH = ["train", "--data=vectors:struct", "--option=sizes=[8,4,4]", "--epochs=1", "--device=cpu"]


def test_finished_run_has_audit_analysis_and_card(scenes_run):
    run = load_run(scenes_run, "cpu")
    assert run.audit["samples"] == 24
    assert 0 <= run.audit["accuracy"] <= 1
    assert "| accuracy |" in run.card
    assert len(pd.read_parquet(scenes_run / ANALYSIS)) == 24
    assert len(run.history) == 4
    assert not (scenes_run / STATE).exists()
    assert list_runs(scenes_run.parent)[0].accuracy == run.audit["accuracy"]


def test_it_prints_the_test_measure(train, tmp_path, capsys):
    assert train(tmp_path / "run") == 0
    printed = capsys.readouterr().out
    assert "probes 1/2" in printed
    assert "validation: " in printed
    accuracy = json.loads((tmp_path / "run" / AUDIT).read_text())["accuracy"]
    assert f"accuracy             {accuracy:.3f}" in printed


@pytest.mark.parametrize("recipe", ["paper", "vanilla"])
def test_other_recipes(recipe, train, tmp_path):
    assert train(tmp_path / "run", "vectors", f"--recipe={recipe}", "--fusion=tensor") == 0
    run = load_run(tmp_path / "run", "cpu")
    assert (run.config.training.recipe, run.config.model.fusion) == (recipe, "tensor")
    assert run.audit["accuracy"] is not None


def test_a_baseline_has_nothing_to_break_down(train, tmp_path, capsys):
    assert train(tmp_path / "run", "vectors", "--recipe=vanilla") == 0
    example = load_run(tmp_path / "run", "cpu").reference.ids[0]
    for verb in (
        ["explain", str(tmp_path / "run"), f"--example={example}"],
        ["analyze", str(tmp_path / "run")],
    ):
        assert main(verb) == 2
        assert "nothing to break down" in capsys.readouterr().err


def test_seed_decides_the_weights(train, tmp_path, monkeypatch):
    monkeypatch.setattr(training, "finish_run", lambda folder, data, device: None)
    for name, seed in (("a", 4), ("b", 4), ("c", 5)):
        assert train(tmp_path / name, "vectors", f"--seed={seed}") == 0
    a, b, c = ((tmp_path / name / WEIGHTS).read_bytes() for name in "abc")
    assert a == b
    assert a != c


def test_config_of_a_run_makes_the_same_run(vectors_run, tmp_path):
    assert main(["train", f"--config={vectors_run / CONFIG}", f"--out={tmp_path / 'again'}"]) == 0
    assert (tmp_path / "again" / WEIGHTS).read_bytes() == (vectors_run / WEIGHTS).read_bytes()


def test_finished_run_is_not_overwritten_unasked(train, vectors_run, tmp_path, capsys):
    before = {path.name: path.read_bytes() for path in vectors_run.iterdir()}
    assert train(vectors_run) == 2
    assert "--overwrite" in capsys.readouterr().err
    assert train(vectors_run, "vectors", "--resume") == 0
    assert "finished already" in capsys.readouterr().out
    assert {path.name: path.read_bytes() for path in vectors_run.iterdir()} == before


def test_overwrite_replaces_and_a_faulty_one_keeps_the_old(train, tmp_path, capsys):
    assert train(tmp_path / "run") == 0
    first = (tmp_path / "run" / WEIGHTS).read_bytes()
    assert train(tmp_path / "run", "vectors", "--overwrite", "--fusion=nothing") == 2
    load_run(tmp_path / "run", "cpu")
    assert train(tmp_path / "run", "vectors", "--overwrite", "--seed=3") == 0
    assert (tmp_path / "run" / WEIGHTS).read_bytes() != first


def test_resume_adds_the_audit_that_a_finished_run_lacks(train, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(training, "finish_run", lambda folder, data, device: None)
        assert train(tmp_path / "run") == 0
    assert load_run(tmp_path / "run", "cpu").audit is None
    assert train(tmp_path / "run", "vectors", "--resume") == 0
    assert all((tmp_path / "run" / name).is_file() for name in ADDED)
    assert CARD in ADDED


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--recipe=faithfull"], "Did you mean 'faithful'?"),
        (["--fusion=tenser"], "Did you mean 'tensor'?"),
        (["--data=sceens"], "Did you mean 'scenes'?"),
        (["--data=vectors:nothing"], "'nothing'"),
        (["--option=colour=1"], "no option 'colour'"),
        (["--option=sizes"], "--option needs KEY=VALUE"),
        (["--set=model.wdith=3"], "Unknown key 'wdith'"),
        (["--set=modle.width=3"], "Unknown setting 'modle.width'"),
        (["--set=model.width=wide"], "width must be int"),
        (["--set=model.width=0"], "model.width must be 1 or more"),
        (["--lr=-1"], "training.learning_rate must be more than 0"),
        (["--lr=nan"], "training.learning_rate must be a finite number"),
        (["--batch-size=1"], "training.batch_size must be 2 or more"),
        (["--set=model.dropout=1"], "model.dropout must be at least 0 and less than 1"),
        (["--set=training.precision=fp8"], "training.precision must be one of"),
        (['--set=training.recipe_options={"x": 1}'], "no option 'x'"),
        (['--set=training.methods={"magic": {}}'], "Unknown training method 'magic'"),
        (["--device=quantum"], "'quantum'"),
        (["--config=absent.json"], "absent.json is missing"),
    ],
)
def test_faulty_settings_leave_nothing_behind(more, message, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main([*FRESH, "--out=deep/run", *more]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.startswith("i2moe: ")
    assert error.count("\n") == 1
    assert not list(tmp_path.rglob("*.*"))


def test_a_folder_of_other_things_is_not_touched(tmp_path, capsys):
    (tmp_path / "thesis.tex").write_text("all of it")
    for more in ([], ["--overwrite"]):
        assert main([*FRESH, f"--out={tmp_path}", *more]) == 2
        assert "holds 'thesis.tex' and no run" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]
    assert main([*FRESH, f"--out={tmp_path / 'thesis.tex'}"]) == 2
    assert "is a file" in capsys.readouterr().err


def test_nothing_to_train_on(tmp_path, capsys):
    assert main(["train", f"--out={tmp_path / 'run'}"]) == 2
    assert "give --data" in capsys.readouterr().err
