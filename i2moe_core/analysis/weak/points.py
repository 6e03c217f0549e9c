"""The eight known weak points of mixtures of interaction experts, each with this run's own number.

The paper and its notes name them: losses that cancel each other, heavy experts that starve light ones,
disagreement, chance in the random vectors, a fixed set of experts, an unexplained gate, a margin, cost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from i2moe_core.analysis.audit import plain
from i2moe_core.analysis.columns import sample_rows
from i2moe_core.analysis.weak.answers import disagreement_point, experts_point
from i2moe_core.analysis.weak.conflict import conflict_point
from i2moe_core.analysis.weak.cost import cost_point
from i2moe_core.analysis.weak.draws import replacement_point
from i2moe_core.analysis.weak.gate import gate_point
from i2moe_core.analysis.weak.margin import margin_point
from i2moe_core.analysis.weak.setting import Point, Setting
from i2moe_core.analysis.weak.suppression import suppression_point
from i2moe_core.checkpoint import Run
from i2moe_core.checkpoint.files import read_json
from i2moe_core.checkpoint.names import WEAK_POINTS
from i2moe_core.data.batching import TensorData
from i2moe_core.errors import InputError
from i2moe_core.explain.evaluate import evaluate_rows
from i2moe_core.explain.passes import mixture_of

LIMIT = 2000
VERSION = 1
POINTS: Mapping[str, Callable[[Setting], Point]] = {
    "conflict": conflict_point,
    "suppression": suppression_point,
    "disagreement": disagreement_point,
    "replacement": replacement_point,
    "experts": experts_point,
    "gate": gate_point,
    "margin": margin_point,
    "cost": cost_point,
}
Watch = Callable[[int, int], None]


def weak_points(
    run: Run,
    data: TensorData,
    split: str = "test",
    limit: int = LIMIT,
    watch: Watch = lambda done, total: None,
) -> dict[str, Any]:
    """Measure the eight weak points on a split; the result is ready for JSON.

    Keys: version, run_id, data, split, samples, and ``points``: name -> {title, number (the main one, None
    where it does not apply), numbers (all, by name), says (a sentence with this run's number), means (how to
    read it), source (how it was measured)}. watch: called with the points that are done, and all.

    Raises:
        InputError: the run has no experts, or the split is empty.
    """
    model = mixture_of(run)
    rows = sample_rows(data.samples.splits == split, limit)
    if len(rows) == 0:
        raise InputError(f"'{data.samples.name}' has no sample in split '{split}'; name another split.")
    setting = Setting(run, model, data, split, rows, evaluate_rows(model, data, rows))
    points: dict[str, Any] = {}
    for name, measure in POINTS.items():
        watch(len(points), len(POINTS))
        points[name] = measure(setting).content()
    watch(len(points), len(POINTS))
    head = {"version": VERSION, "run_id": run.id, "data": data.samples.name, "split": split}
    result: dict[str, Any] = plain(head | {"samples": len(rows), "points": points})
    return result


def read_weak_points(folder: Path) -> dict[str, Any] | None:
    """Return what ``i2moe audit RUN --weak-points --save`` kept with a run; None where there is nothing.

    Raises:
        InputError: the file is damaged, or of another version.
    """
    path = folder / WEAK_POINTS
    if not path.is_file():
        return None
    values = read_json(path)
    if values.get("version") != VERSION or set(values.get("points") or {}) != set(POINTS):
        raise InputError(
            f"{path} was written by another version of this program; "
            f"write it again with 'i2moe audit {folder} --weak-points --save'."
        )
    return values
