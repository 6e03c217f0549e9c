"""The list of runs: scenes first, the damaged ones with their problem, no weights read."""

import shutil

from i2moe_core.checkpoint import RunSummary, add_file, list_runs
from i2moe_core.checkpoint.names import AUDIT, CONFIG, MANIFEST, WEIGHTS


def test_scenes_first_then_by_name(saved, tmp_path):
    for name in ("alpha", "scenes", "zeta"):
        shutil.copytree(saved, tmp_path / name)
    assert [run.name for run in list_runs(tmp_path)] == ["scenes", "alpha", "zeta"]


def test_summary_says_what_the_run_is(parts, run_copy):
    add_file(run_copy, AUDIT, b'{"accuracy": 0.875}')
    (run,) = list_runs(run_copy.parent)
    assert (run.recipe, run.fusion, run.data, run.task) == (
        "faithful",
        "cross_attention",
        "scenes",
        "multiclass",
    )
    assert (run.classes, run.modalities) == (("circle", "triangle", "cross"), ("image", "text"))
    assert run.parameters == sum(p.numel() for p in parts.model.parameters())
    assert (run.accuracy, run.problem) == (0.875, None)
    assert run.id.startswith("run-")
    assert run.created.endswith("+00:00")


def test_unknown_accuracy_is_none(run_copy):
    add_file(run_copy, AUDIT, b'{"accuracy": null}')
    assert list_runs(run_copy.parent)[0].accuracy is None


def test_damaged_runs_are_listed_with_their_problem(saved, tmp_path):
    for name in ("cut", "open"):
        shutil.copytree(saved, tmp_path / name)
    (tmp_path / "cut" / WEIGHTS).write_bytes(b"short")
    (tmp_path / "open" / MANIFEST).unlink()
    cut, unfinished = list_runs(tmp_path)
    assert WEIGHTS in cut.problem
    assert "--resume" in unfinished.problem
    assert cut == RunSummary(tmp_path / "cut", "cut", problem=cut.problem)
    assert (unfinished.unfinished, unfinished.data, unfinished.recipe) == (True, "scenes", "faithful")
    (tmp_path / "open" / CONFIG).write_text("{}")
    assert list_runs(tmp_path)[1] == RunSummary(tmp_path / "open", "open", problem=unfinished.problem)


def test_what_is_no_run_is_not_listed(tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "readme.txt").write_text("")
    (tmp_path / "config.json").write_text("{}")
    assert list_runs(tmp_path) == []
    assert list_runs(tmp_path / "absent") == []


def test_no_weights_are_read(run_copy):
    weights = run_copy / WEIGHTS
    weights.write_bytes(b"\0" * weights.stat().st_size)
    assert list_runs(run_copy.parent)[0].problem is None
