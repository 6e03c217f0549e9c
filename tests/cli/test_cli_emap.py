"""``i2moe analyze --emap`` as a command: what it writes where, and what it leaves alone."""

import json

from i2moe_core.analysis.emap_file import read_emap
from i2moe_core.checkpoint import load_run
from i2moe_core.checkpoint.names import ANALYSIS
from i2moe_core.cli import main


def test_the_gap_is_written_beside_the_table_which_stays(vectors_run, tmp_path, capsys):
    out = tmp_path / "a.parquet"
    command = ["analyze", str(vectors_run), "--emap", "--emap-samples=9", f"--out={out}"]
    assert main([*command, f"--progress={tmp_path / 'p.json'}"]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.emap.json", "p.json"]
    assert json.loads((tmp_path / "p.json").read_text())["stage"] == "finished"
    found = read_emap(tmp_path / "a.emap.json")
    assert (found.run_id, found.split, len(found.rows)) == (load_run(vectors_run, "cpu").id, "test", 9)
    assert "on 9 of 24 samples" in capsys.readouterr().out


def test_the_runs_own_lies_in_its_folder_and_keeps_it_whole(vectors_run):
    before = (vectors_run / ANALYSIS).read_bytes()
    assert main(["analyze", str(vectors_run), "--emap", "--emap-samples=5"]) == 0
    assert (vectors_run / ANALYSIS).read_bytes() == before
    assert len(read_emap(vectors_run / "emap.json").rows) == 5
    assert load_run(vectors_run, "cpu")
