"""A tiny run with its audit, weak points and a comparison, and how the Trust page is opened on it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import made_up
import pytest
import tiny_runs

from i2moe_core import checkpoint
from i2moe_core.analysis.audit import audit_run
from i2moe_core.analysis.comparison.compare import Comparison, compare_runs
from i2moe_core.analysis.weak.points import weak_points
from i2moe_core.checkpoint import Run, RunSummary
from i2moe_core.cli.output import json_content

opened = partial(made_up.opened, "pages/trust.py")


@contextmanager
def quick() -> Iterator[None]:
    """Fewer batches, draws and rounds than anybody would want."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("i2moe_core.analysis.weak.gradients.BATCHES", 2)
        patch.setattr("i2moe_core.analysis.weak.draws.DRAWS", 2)
        patch.setattr("i2moe_core.analysis.weak.cost.ROUNDS", 1)
        patch.setattr("i2moe_core.analysis.weak.cost.SECONDS", 0.0)
        yield


@cache
def audited() -> tuple[Run, dict[str, Any], Comparison]:
    """A tiny run on scenes with its audit, its weak points and its comparison with itself reseeded."""
    with quick():
        run, data = tiny_runs.scenes_run()
        other, _ = tiny_runs.scenes_run(hidden=32)
        found = compare_runs([run, replace(other, name="other", id="other-1")], data.samples, "test")
        return replace(run, audit=audit_run(run, data)), weak_points(run, data), found


@cache
def without_truth(recipe: str, task: str = "multiclass") -> tuple[Run, dict[str, Any]]:
    """A tiny run on vectors whose true interactions nobody knows, with its audit and its weak points."""
    with quick():
        run, data = tiny_runs.array_run(task, 3, recipe, missing=0.1, probes=recipe == "faithful")
        return replace(run, audit=audit_run(run, data, "validation")), weak_points(run, data, "validation")


def install(
    monkeypatch: pytest.MonkeyPatch,
    folder: Path,
    run: Run,
    points: Mapping[str, Any] | None = None,
    others: Sequence[tuple[str, str]] = (),
) -> Run:
    """Let the app open the run, with the weak points beside it and other runs of the same data."""
    run = replace(run, path=folder / run.name)
    run.path.mkdir()
    if points is not None:
        (run.path / "weak_points.json").write_bytes(json_content(points | {"run_id": run.id}))
    made_up.let_open(monkeypatch, folder, run)
    info, recipe = run.info, run.config.training.recipe
    same = {"data": info.name, "modalities": tuple(info.modalities), "classes": tuple(info.classes)}
    found = [
        RunSummary(folder / name, name, id_, recipe=recipe, fusion=run.config.model.fusion, **same)
        for name, id_ in ((run.name, run.id), *others)
    ]
    monkeypatch.setattr(checkpoint, "list_runs", lambda folder: found)
    return run
