"""audit --compare and audit --weak-points: what each prints and writes, and what each refuses."""

import json
import shutil

import pytest

from i2moe_core.analysis.comparison.file import read_comparison
from i2moe_core.analysis.weak.points import POINTS, read_weak_points
from i2moe_core.checkpoint import load_run
from i2moe_core.cli import main


def failed(capsys, *arguments):
    assert main([str(a) for a in arguments]) == 2
    return capsys.readouterr().err


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr("i2moe_core.analysis.weak.cost.ROUNDS", 2)
    monkeypatch.setattr("i2moe_core.analysis.weak.cost.SECONDS", 0.0)


def test_compare_prints_writes_and_tells_its_progress(vectors_run, train, tmp_path, capsys):
    other, file, progress = tmp_path / "other", tmp_path / "c.json", tmp_path / "p.json"
    assert train(other, "vectors", "--seed=1") == 0
    capsys.readouterr()
    names = [str(vectors_run), str(other)]
    assert main(["audit", "--compare", *names, f"--json={file}", f"--progress={progress}"]) == 0
    said = capsys.readouterr().out
    for words in (
        "24 of 24 samples of split test",
        "same_dominant",
        "stability over 2 seeds",
        "roles.synergy",
    ):
        assert words in said
    found = read_comparison(file)
    assert found.runs == ("vectors", "other")
    assert found.table.seed.tolist() == [0, 1]
    assert found.table.group.tolist() == [1, 1]
    assert json.loads(progress.read_text())["stage"] == "finished"


def test_compare_refuses_what_does_not_fit(vectors_run, scenes_run, tmp_path, capsys):
    assert "two runs or more" in failed(capsys, "audit", "--compare", vectors_run)
    assert "different inputs" in failed(capsys, "audit", "--compare", vectors_run, scenes_run)
    assert "does not exist" in failed(capsys, "audit", "--compare", vectors_run, tmp_path / "absent")
    assert "leave --save out" in failed(capsys, "audit", "--compare", vectors_run, vectors_run, "--save")
    assert "Name the run" in failed(capsys, "audit", "--weak-points")


def test_weak_points_are_kept_with_the_run(vectors_run, tmp_path, capsys):
    run = tmp_path / "kept"
    shutil.copytree(vectors_run, run)
    progress = tmp_path / "p.json"
    assert read_weak_points(run) is None
    assert main(["audit", str(run), "--weak-points", "--save", f"--progress={progress}"]) == 0
    said = capsys.readouterr().out
    kept = read_weak_points(run)
    assert list(kept["points"]) == list(POINTS)
    assert kept["run_id"] == load_run(run, "cpu").id  # and so the manifest knows the file
    for place, point in enumerate(kept["points"].values(), 1):
        assert f"{place}. {point['title']}" in said
    assert kept["points"]["conflict"]["numbers"]["logged"]
    assert json.loads(progress.read_text())["stage"] == "finished"


def test_weak_points_as_a_file_leave_the_run_alone(vectors_run, tmp_path, capsys):
    file = tmp_path / "w.json"
    assert main(["audit", str(vectors_run), "--weak-points", f"--json={file}", "--split=validation"]) == 0
    assert json.loads(file.read_text())["split"] == "validation"
    assert read_weak_points(vectors_run) is None
