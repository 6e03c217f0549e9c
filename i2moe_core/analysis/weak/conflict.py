"""Weak point 1: do the losses of different experts cancel each other?"""

from __future__ import annotations

from typing import Any

from i2moe_core.analysis.weak.gradients import (
    BATCHES,
    logged_cosines,
    mean_cosines,
    phase_reports,
    untrained,
)
from i2moe_core.analysis.weak.says import point_says
from i2moe_core.analysis.weak.setting import Point, Setting
from i2moe_core.training.recipes.base import Phase


def conflict_point(setting: Setting) -> Point:
    """Report the cosines between the gradients of each two losses, logged and at the saved weights."""
    saved = {phase.name: _phase(setting, phase) for phase in setting.phases()}
    ends = [found["lowest"] for found in saved.values() if found["lowest"] is not None]
    end = min(ends, key=lambda pair: float(pair["cosine"]), default=None)
    logged = logged_cosines(setting.run.history)
    number = logged[0]["mean"] if logged else None if end is None else end["cosine"]
    numbers = {"phases": saved, "logged": logged or None, "lowest": end}
    return Point(
        title="Do the losses cancel each other?",
        number=number,
        numbers=numbers,
        says=point_says("conflict", numbers, tuple(setting.run.info.modalities)),
        means="Cosine between the gradients of two losses, over all parameters that learn together: +1 both "
        "pull the same way, 0 they do not touch each other, below 0 each undoes a part of the other's step. "
        "Where a training comes to rest the gradients of its losses add up to nothing, so two losses that "
        "share an expert end near -1: a compromise, not a fault. The start and the log tell how it was.",
        source=("Mean over the epochs of the training's own log, on one fixed batch. " if logged else "")
        + f"At the saved weights: mean ± standard deviation over {BATCHES} training batches, no dropout; "
        "the start is what the phase began with, drawn again by the run's seed.",
    )


def _phase(setting: Setting, phase: Phase) -> dict[str, Any]:
    """Return a phase's cosines at the saved weights, and under ``start`` as it began."""
    found = mean_cosines(phase_reports(setting, phase))
    start = mean_cosines(phase_reports(setting, phase, untrained(setting, phase)))
    if found["lowest"] is not None:
        a, b = (found["losses"].index(found["lowest"][name]) for name in ("a", "b"))
        found["lowest"]["start"] = float(start["cosines"][a, b])
    return found | {"start": start}
