"""``i2moe explain --attribution``: what it prints, the four kinds of files it writes, and what it refuses."""

import csv
import json
import re

import pytest

from i2moe_core.checkpoint import load_run
from i2moe_core.cli import main
from i2moe_core.explain.attribution.methods import ATTRIBUTIONS
from i2moe_core.explain.attribution.serialise import COLUMNS


@pytest.fixture(scope="module")
def example(scenes_run):
    return load_run(scenes_run, "cpu").reference.ids[3]


def failed(capsys, *arguments) -> str:
    assert main([str(a) for a in arguments]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    return error


def test_all_files_tell_the_same(scenes_run, example, tmp_path, capsys):
    page, told, table, folder = (tmp_path / "new" / name for name in ("r.html", "r.json", "r.csv", "figures"))
    method = ["--attribution", "feature_ablation", "--baseline", "image=colour, text=zero"]
    command = ["explain", str(scenes_run), "--example", example, *method]
    assert main([*command, f"--html={page}", f"--json={told}", f"--csv={table}", f"--figures={folder}"]) == 0
    printed = capsys.readouterr().out
    found = json.loads(told.read_text())["attributions"]
    assert found["baseline"] == {"image": "colour", "text": "zero", "array": "mean"}
    place = json.loads(told.read_text())["classes"].index(json.loads(told.read_text())["prediction"])
    names = ("unique:image", "unique:text", "synergy", "redundancy")
    keys = [item["target"] for item in found["targets"]]
    assert keys[:5] == [f"answer/{place}", *(f"expert/{name}/{place}" for name in names)]
    assert keys[5].startswith(f"difference/{place}/")
    assert keys[6:] == [f"gate/{name}" for name in names]
    assert set(found["badges"]) == set(keys)
    with table.open(newline="", encoding="utf-8") as handle:
        head, *rows = csv.reader(handle)
    assert tuple(head) == COLUMNS
    assert [float(row[-1]) for row in rows] == [v for item in found["targets"] for v in item["cells"]]
    content = page.read_text(encoding="utf-8")
    first = content.split('id="moved"')[1].split('class="card')[1]
    words = [
        v for v, c in zip(found["targets"][0]["cells"], found["cells"], strict=True) if c["kind"] == "text"
    ]
    assert [float(v) for v in re.findall(r'<span[^>]*data-value="([^"]+)"', first)] == words
    assert "i2moe explain" in content
    assert "image=colour, text=zero" in content
    assert (folder / "sum.svg").read_bytes().startswith(b"<svg")
    assert (folder / f"map_answer-{place}_image.png").read_bytes().startswith(b"\x89PNG")
    for key in ("by feature ablation", "the answer ", "the weight of synergy", "strongest words"):
        assert key in printed


def test_a_target_alone_without_test_and_pairs(scenes_run, example, tmp_path, capsys):
    command = [
        "explain",
        str(scenes_run),
        "--example",
        example,
        "--attribution",
        "feature_ablation",
        "--no-test",
    ]
    assert main([*command, "--no-pairs", "--target", "gate/synergy", f"--json={tmp_path / 'j.json'}"]) == 0
    told = json.loads((tmp_path / "j.json").read_text())
    assert [item["target"] for item in told["attributions"]["targets"]] == ["gate/synergy"]
    assert told["attributions"]["badges"] == {}
    assert told["pairs"] is None
    assert "not tested" in capsys.readouterr().out


def test_arrays_can_be_attributed_too(vectors_run, tmp_path, capsys):
    name = load_run(vectors_run, "cpu").reference.ids[0]
    command = ["explain", str(vectors_run), "--example", name, "--attribution", "feature_ablation"]
    assert main([*command, f"--html={tmp_path / 'r.html'}"]) == 0
    assert "Numbers: " in (tmp_path / "r.html").read_text()


def test_a_report_without_a_method(scenes_run, example, tmp_path):
    out = tmp_path / "r.html"
    assert main(["explain", str(scenes_run), "--example", example, f"--html={out}"]) == 0
    assert 'id="experts"' in out.read_text()
    assert 'id="moved"' not in out.read_text()


def test_refusals(scenes_run, example, tmp_path, capsys):
    start = ("explain", scenes_run, "--example", example)
    assert "Did you mean 'occlusion'" in failed(capsys, *start, "--attribution", "oclusion")
    method = (*start, "--attribution", "feature_ablation")
    assert "Known forms: answer/CLASS" in failed(capsys, *method, "--target", "answr/0")
    assert "no class number '9'" in failed(capsys, *method, "--target", "answer/9")
    assert "no expert 'x'" in failed(capsys, *method, "--target", "gate/x")
    assert "Did you mean 'blur'" in failed(capsys, *method, "--baseline", "image=blurr")
    assert "Unknown kind of input 'picture'" in failed(capsys, *method, "--baseline", "picture=blur")
    assert "needs KIND=NAME" in failed(capsys, *method, "--baseline", "blur")
    assert "name its method with --attribution" in failed(capsys, *start, "--csv", tmp_path / "a.csv")
    assert "name its method with --attribution" in failed(capsys, *start, "--target", "gate/synergy")
    assert list(tmp_path.iterdir()) == []


def test_the_methods_are_listed(capsys):
    assert main(["list", "--attributions"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(ATTRIBUTIONS)


def test_a_whole_split(scenes_run, tmp_path, capsys):
    out = tmp_path / "a.parquet"
    command = ["analyze", str(scenes_run), "--split=validation", "--no-umap", f"--out={out}"]
    assert main([*command, "--attributions", "feature_ablation"]) == 0
    assert {p.name for p in tmp_path.iterdir()} == {
        "a.parquet",
        "a.attributions.parquet",
        "a.attributions.json",
    }
    assert json.loads((tmp_path / "a.attributions.json").read_text())["samples"] == 16
    printed = capsys.readouterr().out
    assert "moved by" in printed
    assert "synergy" in printed


def test_a_wrong_method_for_a_split_costs_nothing(scenes_run, tmp_path, capsys):
    out = tmp_path / "a.parquet"
    error = failed(capsys, "analyze", scenes_run, f"--out={out}", "--attributions", "feature_ablaton")
    assert "Did you mean 'feature_ablation'" in error
    assert list(tmp_path.iterdir()) == []
