"""Damaged, truncated, foreign, newer and NaN-bearing runs: one sentence each, which names the file."""

import re

import pytest
from damages import CASES

from i2moe_core.checkpoint import list_runs, load_run
from i2moe_core.errors import InputError


@pytest.mark.parametrize("name", CASES)
def test_refused_by_name_and_reason(name, run_copy, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    damage, message = CASES[name]
    damage(run_copy)
    before = {path.name: path.read_bytes() for path in run_copy.iterdir()}
    with pytest.raises(InputError, match=message) as refusal:
        load_run(run_copy, "cpu")
    assert "\n" not in str(refusal.value)
    assert {path.name: path.read_bytes() for path in run_copy.iterdir()} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run"]  # nothing ran, nothing was written
    assert [run.name for run in list_runs(tmp_path)] == ["run"]  # and the list of runs survives it


@pytest.mark.parametrize(
    ("name", "message"), [("absent", "does not exist"), ("file", "is a file"), ("empty", "no run")]
)
def test_what_is_no_run_folder(name, message, tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=rf"{re.escape(str(tmp_path / name))} .*{message}"):
        load_run(tmp_path / name)
