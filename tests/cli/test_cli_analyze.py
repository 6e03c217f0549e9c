"""``i2moe analyze`` as a command: its columns, its leftovers, its ranks, its progress, and SIGKILL."""

import json
import os
import subprocess
import sys

import pandas as pd
import pytest

from i2moe_core.analysis.store import read_info
from i2moe_core.checkpoint import load_run
from i2moe_core.checkpoint.names import ANALYSIS
from i2moe_core.cli import main

LARGE = ("--no-umap", "--option=sizes=[48,16,3000]", "--device=cpu")


def test_schema_needs_no_run(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["analyze", "--schema"])
    assert ended.value.code == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[:2] == ["id", "text"]
    assert any(line.startswith("swapped_{modality}_{expert}") for line in lines)


def test_a_finished_training_has_a_whole_analysis(vectors_run):
    info = read_info(vectors_run / ANALYSIS)
    assert info.run_id == load_run(vectors_run, "cpu").id
    assert info.split == "test"


def test_leftovers_of_other_settings_are_removed_with_a_sentence(vectors_run, tmp_path, capsys):
    out = tmp_path / "a.parquet"
    left = tmp_path / "a.parquet.parts" / "0123456789abcdef"
    left.mkdir(parents=True)
    (left / "part-000000.parquet").write_bytes(b"of another run")
    assert main(["analyze", str(vectors_run), "--no-umap", f"--out={out}"]) == 0
    said = capsys.readouterr().out
    assert "Parts of another analysis" in said
    assert "starts anew" in said
    assert [path.name for path in tmp_path.iterdir()] == ["a.parquet"]


def test_draws_and_progress(vectors_run, tmp_path):
    command = ["analyze", str(vectors_run), "--no-umap", "--draws=1", f"--out={tmp_path / 'a.parquet'}"]
    assert main([*command, f"--progress={tmp_path / 'progress.json'}"]) == 0
    assert json.loads((tmp_path / "progress.json").read_text())["stage"] == "finished"
    table = pd.read_parquet(tmp_path / "a.parquet")
    assert (table["spread_x1"] == 0).all()
    assert read_info(tmp_path / "a.parquet").draws == 1


def test_a_progress_file_that_cannot_be_written(vectors_run, tmp_path, capsys):
    bad = tmp_path / "nowhere" / "progress.json"
    assert main(["analyze", str(vectors_run), "--no-umap", f"--progress={bad}"]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_two_processes_share_the_work(vectors_run, tmp_path):
    """As torchrun starts them: rank 1 writes its parts, rank 0 waits for them and writes the table."""
    alone, shared = tmp_path / "alone.parquet", tmp_path / "shared.parquet"
    assert main(["analyze", str(vectors_run), *LARGE, f"--out={alone}"]) == 0
    command = [sys.executable, "-m", "i2moe_core.cli", "analyze", str(vectors_run), *LARGE, f"--out={shared}"]
    ranks = [
        subprocess.Popen(
            command,
            env=os.environ
            | {"RANK": str(rank), "WORLD_SIZE": "2", "LOCAL_RANK": str(rank), "OMP_NUM_THREADS": "1"},
            stdout=subprocess.PIPE,
            text=True,
        )
        for rank in range(2)
    ]
    said = [rank.communicate(timeout=120)[0] for rank in ranks]
    assert [rank.returncode for rank in ranks] == [0, 0]
    assert "3000 samples written" in said[0]
    assert said[1] == ""
    assert shared.read_bytes() == alone.read_bytes()
    assert not list(tmp_path.glob("*.parts"))


KILLED = """
import os, signal, sys, time
import torch
torch.set_num_threads(1)
from i2moe_core.analysis import job
from i2moe_core.cli import main
import i2moe_core.analysis.assemble
command, folder = sys.argv[1:-1], sys.argv[-1]
def child():
    pid = os.fork()
    if pid == 0:
        os._exit(main([*command, f"--out={folder}/killed.parquet"]))
    return pid
parts = lambda: sum(len(files) for _, _, files in os.walk(f"{folder}/killed.parquet.parts"))
for wanted, more in ((0, 0.0), (1, 0.05), (2, 0.02), (3, 0.03)):
    pid, until = child(), time.monotonic() + 60
    while parts() < wanted and time.monotonic() < until:
        time.sleep(0.002)
    time.sleep(more)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    print("killed with", parts(), flush=True)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child(), 0)[1]))
"""


def test_sigkill_and_the_same_command_again(vectors_run, tmp_path):
    alone = tmp_path / "alone.parquet"
    command = ["analyze", str(vectors_run), *LARGE]
    assert main([*command, f"--out={alone}"]) == 0
    result = subprocess.run(
        [sys.executable, "-c", KILLED, *command, str(tmp_path)],
        capture_output=True, text=True, env=os.environ | {"OMP_NUM_THREADS": "1"}, timeout=300,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert result.stdout.count("killed with") == 4
    assert (tmp_path / "killed.parquet").read_bytes() == alone.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["alone.parquet", "killed.parquet"]
