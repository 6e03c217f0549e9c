"""``i2moe retrieve`` as a command: figures beside the run, queries of every kind, and what it refuses."""

import json

import numpy as np
import pytest
from PIL import Image

from i2moe_core.analysis.retrieval.file import read_retrieval, retrieval_path
from i2moe_core.checkpoint import load_run
from i2moe_core.cli import main


def test_the_figures_are_printed_and_kept_beside_the_run_which_stays_whole(scenes_run, tmp_path, capsys):
    out, progress = tmp_path / "r.json", tmp_path / "p.json"
    assert main(["retrieve", str(scenes_run), f"--json={out}", f"--progress={progress}"]) == 0
    said = capsys.readouterr().out
    assert "24 of 24 test samples of scenes" in said
    found = read_retrieval(retrieval_path(scenes_run, "test"))
    kinds = [d.by for d in found.pairs[0].directions]
    assert kinds == ["alignment", "alignment", "map", "map", "pooled", "pooled"]
    assert [line.split()[:3] for line in said.splitlines() if line.startswith("image ")][-1][2] == "chance"
    assert found.run_id == load_run(scenes_run, "cpu").id
    told = json.loads(out.read_text())
    assert told["pairs"][0]["gap"]["distance"] == found.pairs[0].gap.distance
    assert json.loads(progress.read_text())["stage"] == "finished"


def test_one_direction_can_be_asked_for(scenes_run, capsys):
    assert main(["retrieve", str(scenes_run), "--from=text", "--split=validation"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert sum(line.startswith("text") for line in lines) == 4
    assert not any(line.startswith("image") for line in lines)
    assert retrieval_path(scenes_run, "validation").is_file()


def test_other_data_is_not_kept_as_the_runs_own(vectors_run, tmp_path, capsys):
    command = ["retrieve", str(vectors_run), "--option=sizes=[40,12,12]", f"--json={tmp_path / 'r.json'}"]
    assert main(command) == 0
    assert not retrieval_path(vectors_run, "test").exists()
    assert (tmp_path / "r.json").is_file()
    assert "brought these modalities together" in capsys.readouterr().out


def test_a_text_a_picture_and_a_sample_are_queries(scenes_run, tmp_path, capsys):
    picture = tmp_path / "p.png"
    Image.fromarray(np.full((40, 40, 3), 200, np.uint8)).save(picture)
    asked = (("the red one", "text", "alignment"), (str(picture), "image", "map"))
    for query, name, by in (*asked, ("test-00003", "image", "pooled")):
        out = tmp_path / "q.json"
        command = ["retrieve", str(scenes_run), "--query", query, "--k=3", f"--json={out}", f"--by={by}"]
        assert main(command) == 0
        told = json.loads(out.read_text())
        assert (told["from"], told["by"], len(told["nearest"])) == (name, by, 3)
        values = [item["similarity"] for item in told["nearest"]]
        assert values == sorted(values, reverse=True)
        assert all(item["id"].startswith("test-") for item in told["nearest"])
    assert main(["retrieve", str(scenes_run), "--query=test-00003", "--from=text"]) == 0
    assert "nearest image to the text of the query, by alignment, among 24" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--from=sound"], "--from names 'sound', but the run reads image, text"),
        (["--from=text", "--to=text"], "name two modalities"),
        (["--from=image", "--query=nothing"], "neither a sample of the data nor a picture's file"),
    ],
)
def test_what_it_refuses(scenes_run, options, why, capsys):
    assert main(["retrieve", str(scenes_run), *options]) == 2
    assert why in capsys.readouterr().err
