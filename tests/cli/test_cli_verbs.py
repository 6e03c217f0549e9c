"""list, data, audit, analyze, explain, benchmark: what each prints and writes, and what each refuses."""

import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from i2moe_core.checkpoint import load_run
from i2moe_core.checkpoint.names import ANALYSIS, AUDIT
from i2moe_core.cli import benchmark, main
from i2moe_core.cli.output import columns, json_content, number
from i2moe_core.fusion import FUSIONS
from i2moe_core.training.recipes import RECIPES


def failed(capsys, *arguments) -> str:
    """Run a command that must fail, and return its one line."""
    assert main([str(a) for a in arguments]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    return error


def test_help_needs_no_torch():
    script = (
        "import sys; from i2moe_core.cli import build_parser; build_parser(); print('torch' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert result.stdout == "False\n"


def test_module_runs_as_a_command():
    result = subprocess.run(
        [sys.executable, "-m", "i2moe_core.cli", "--version"], capture_output=True, text=True
    )
    assert (result.returncode, result.stdout[:6]) == (0, "i2moe ")


@pytest.mark.parametrize(("flag", "table"), [("--fusions", FUSIONS), ("--recipes", RECIPES)])
def test_list_tables(flag, table, capsys):
    assert main(["list", flag]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(table)
    assert all(len(line.split()) > 3 for line in lines)


@pytest.mark.parametrize("flag", ["--methods", "--datasets", "--encoders"])
def test_every_table_entry_is_described(flag, capsys):
    assert main(["list", flag]) == 0
    assert all(len(line.split()) > 3 for line in capsys.readouterr().out.splitlines())


def test_list_runs(vectors_run, capsys, tmp_path):
    assert main(["list", f"--runs={vectors_run.parent}"]) == 0
    head, line = capsys.readouterr().out.splitlines()
    assert head.split()[:4] == ["run", "data", "recipe", "fusion"]
    assert line.split()[:4] == ["vectors", "vectors:struct", "faithful", "concat"]
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "config.json").write_text("{}")
    assert main(["list", f"--runs={tmp_path}"]) == 0
    assert "broken: " in capsys.readouterr().out
    assert "no folder" in failed(capsys, "list", "--runs", tmp_path / "absent").lower()


def test_data_summary_and_preview(tmp_path, capsys):
    picture = tmp_path / "new" / "preview.png"
    assert main(["data", "scenes", "--option=sizes=[12,4,4]", f"--preview={picture}", "--count=6"]) == 0
    printed = capsys.readouterr().out
    assert "20 (train 12, validation 4, test 4)" in printed
    assert "true types" in printed
    with Image.open(picture) as image:
        assert image.format == "PNG"
        assert min(image.size) > 32


def test_data_faults(capsys, tmp_path):
    assert "Did you mean 'scenes'" in failed(capsys, "data", "scnes")
    assert "no pictures" in failed(
        capsys, "data", "vectors", "--option=sizes=[4,4,4]", f"--preview={tmp_path / 'x.png'}"
    )
    assert not list(tmp_path.iterdir())


def test_audit_prints_writes_and_saves(vectors_run, tmp_path, capsys):
    kept = json.loads((vectors_run / AUDIT).read_text())
    assert main(["audit", str(vectors_run), f"--json={tmp_path / 'a.json'}", "--save"]) == 0
    written = json.loads((tmp_path / "a.json").read_text())
    for key in ("accuracy", "gate_argmax", "contribution_argmax", "auroc", "roles", "leak", "irs"):
        assert key in written
    assert written["accuracy"] == kept["accuracy"] == load_run(vectors_run, "cpu").audit["accuracy"]
    assert "24 samples of split test" in capsys.readouterr().out


def test_audit_of_other_data_and_split(vectors_run, tmp_path, capsys):
    other = ["--data=vectors:struct", "--split=validation", "--option=sizes=[8,9,8]"]
    assert main(["audit", str(vectors_run), *other, f"--json={tmp_path / 'a.json'}"]) == 0
    assert json.loads((tmp_path / "a.json").read_text())["samples"] == 9


def test_audit_faults(vectors_run, scenes_run, tmp_path, capsys):
    assert "does not exist" in failed(capsys, "audit", tmp_path / "absent")
    assert "was trained for" in failed(capsys, "audit", scenes_run, "--data", "vectors:struct")
    assert "give data of the same shape" in failed(capsys, "audit", vectors_run, "--data", "vectors:marker")
    assert "is a folder" in failed(capsys, "audit", vectors_run, "--json", tmp_path)


def test_run_is_found_by_its_name_in_checkpoints(vectors_run, tmp_path, monkeypatch, capsys):
    (tmp_path / "checkpoints").symlink_to(vectors_run.parent)
    monkeypatch.chdir(tmp_path)
    assert main(["audit", "vectors"]) == 0


def test_audit_of_an_own_file(vectors_run, tmp_path, capsys):
    run = load_run(vectors_run, "cpu")
    reference = run.reference
    labels = np.array(["positive", "negative"])[[0, 1] * (len(reference) // 2)]
    arrays = {f"x_{name}": np.stack(reference.raw[name])[: len(labels)] for name in ("x1", "x2")}
    np.savez(tmp_path / "own.npz", y=labels, **arrays)
    assert main(["audit", str(vectors_run), f"--data={tmp_path / 'own.npz'}"]) == 0
    np.savez(tmp_path / "own.npz", y=np.char.replace(labels, "pos", "imp"), **arrays)
    assert "does not know class 'impitive'" in failed(
        capsys, "audit", vectors_run, "--data", tmp_path / "own.npz"
    )


def test_analyze(vectors_run, tmp_path, capsys):
    assert main(["analyze", str(vectors_run), "--no-umap", f"--out={tmp_path / 'a.parquet'}"]) == 0
    assert "24 samples" in capsys.readouterr().out
    assert len(pd.read_parquet(tmp_path / "a.parquet")) == 24
    assert main(["analyze", str(vectors_run), "--no-umap", "--split=validation"]) == 0
    assert len(pd.read_parquet(vectors_run / ANALYSIS)) == 16
    assert main(["analyze", str(vectors_run), "--no-umap"]) == 0
    load_run(vectors_run, "cpu")


def test_analyze_fault(vectors_run, capsys, tmp_path):
    (tmp_path / "file").write_text("")
    assert "cannot be made" in failed(
        capsys, "analyze", vectors_run, "--out", tmp_path / "file" / "a.parquet"
    )


@pytest.fixture
def picture(tmp_path, scenes_run):
    path = tmp_path / "picture.png"
    Image.fromarray(load_run(scenes_run, "cpu").reference.raw["image"][0]).save(path)
    return path


def test_explain_pair(scenes_run, picture, tmp_path, capsys):
    out = tmp_path / "e.json"
    command = ["explain", str(scenes_run), f"--image={picture}", "--text=find the red one", f"--json={out}"]
    assert main(command) == 0
    told = json.loads(out.read_text())
    assert {"prediction", "probability", "logits", "experts", "perturbed", "disagreement"} <= set(told)
    assert [expert["name"] for expert in told["experts"]] == [
        "unique:image",
        "unique:text",
        "synergy",
        "redundancy",
    ]
    total = np.sum([expert["contribution"] for expert in told["experts"]], axis=0)
    assert np.abs(total - told["logits"]).max() < 1e-5
    printed = capsys.readouterr().out
    assert printed.startswith(told["prediction"])
    assert "unique:text" in printed


def test_explain_one_modality_and_examples(scenes_run, vectors_run, picture, capsys):
    assert main(["explain", str(scenes_run), "--text=find the disc"]) == 0
    assert main(["explain", str(scenes_run), f"--image={picture}"]) == 0
    example = load_run(vectors_run, "cpu").reference.ids[0]
    assert main(["explain", str(vectors_run), f"--example={example}"]) == 0


def test_explain_faults(scenes_run, vectors_run, picture, tmp_path, capsys):
    (tmp_path / "note.txt").write_text("no picture")
    assert "Nothing was given" in failed(capsys, "explain", scenes_run)
    assert "note.txt" in failed(capsys, "explain", scenes_run, "--image", tmp_path / "note.txt")
    assert "absent.png" in failed(capsys, "explain", scenes_run, "--image", tmp_path / "absent.png")
    assert "reads no text" in failed(capsys, "explain", vectors_run, "--text", "hello")
    assert "no example 'x'" in failed(capsys, "explain", scenes_run, "--example", "x")
    assert "not both" in failed(capsys, "explain", scenes_run, "--example", "x", "--text", "y")


def test_benchmark_gets_the_rest_of_the_line(tmp_path, monkeypatch):
    (tmp_path / "helper.py").write_text("VALUE = 7\n")
    (tmp_path / "toy.py").write_text(
        "import helper\nfrom pathlib import Path\n\n\ndef main(argv=None):\n"
        "    Path(argv[1]).write_text(str(helper.VALUE))\n"
    )
    folder = tmp_path / "benchmarks"
    folder.mkdir()
    for name in ("helper.py", "toy.py"):
        (tmp_path / name).rename(folder / name)
    monkeypatch.setattr(benchmark.i2moe_core, "__file__", str(tmp_path / "i2moe_core" / "__init__.py"))
    assert main(["benchmark", "toy", "--json", str(tmp_path / "out")]) == 0
    assert (tmp_path / "out").read_text() == "7"
    assert str(folder) not in sys.path


def test_benchmark_faults(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(benchmark.i2moe_core, "__file__", str(tmp_path / "i2moe_core" / "__init__.py"))
    assert "clone the repository" in failed(capsys, "benchmark", "speed")
    (tmp_path / "benchmarks").mkdir()
    assert "Unknown benchmark 'sped'" in failed(capsys, "benchmark", "sped")


def test_columns_numbers_and_json():
    assert columns([("a", "bb"), ("ccc", "d")]) == "a    bb\nccc  d"
    assert columns([]) == ""
    assert [number(x) for x in (0.5, float("nan"), None, True)] == ["0.500", "-", "-", "-"]
    assert json.loads(json_content({"a": [1.0, float("nan")], "b": {"c": float("inf")}})) == {
        "a": [1.0, None],
        "b": {"c": None},
    }
