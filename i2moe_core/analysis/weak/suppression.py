"""Weak point 2: do heavy experts keep light ones from learning?"""

from __future__ import annotations

import numpy as np

from i2moe_core.analysis.weak.gradients import BATCHES, logged_shares, phase_reports
from i2moe_core.analysis.weak.says import point_says
from i2moe_core.analysis.weak.setting import Point, Setting
from i2moe_core.training.gradients import GradientReport
from i2moe_core.training.recipes.base import Phase

TASK = "task"


def suppression_point(setting: Setting) -> Point:
    """Compare each expert's share of the gradient with its share of the weight."""
    phase = next((p for p in reversed(setting.phases()) if _trains_experts(setting, p)), None)
    reports = [] if phase is None else phase_reports(setting, phase)
    weight = dict(zip(setting.experts, setting.said.weights.mean(0).tolist(), strict=True))
    saved, logged = _at_saved(setting, reports), logged_shares(setting.run.history, setting.experts)
    gradient = logged or saved
    least = min(gradient, key=lambda name: gradient[name], default=None)
    numbers = {
        "weight": weight,
        "gradient": gradient,
        "saved": saved,
        "logged": logged or None,
        "own": {name: _own_part(reports, name) for name in setting.experts},
        "even": 1 / len(setting.experts),
    }
    return Point(
        title="Do heavy experts starve light ones?",
        number=None if least is None else gradient[least],
        numbers=numbers,
        says=point_says("suppression", numbers),
        means="An expert that learns from the task's loss alone gets a gradient in proportion to its weight: "
        "once light it stays light. 'own' is the part of an expert's gradient that comes from a loss of its "
        "own, which no weight shrinks. At the saved weights a small share may only mean that an expert has "
        "learned what it can.",
        source="Norm of the summed losses' gradient on each expert's own parameters, as a share of all "
        f"experts'; {'mean over the logged epochs' if logged else f'mean over {BATCHES} training batches'}. "
        f"Weights are means over the {setting.split} split.",
    )


def _trains_experts(setting: Setting, phase: Phase) -> bool:
    learning = {id(p) for module in phase.modules(setting.model) for p in module.parameters()}
    return any(id(p) in learning for p in setting.model.experts.parameters())


def _at_saved(setting: Setting, reports: list[GradientReport]) -> dict[str, float]:
    """Return each expert's share of the experts' gradient; nothing where there is none."""
    means = {
        name: float(np.mean([report.shares.get(name, 0.0) for report in reports] or [0.0]))
        for name in setting.experts
    }
    total = sum(means.values())
    return {name: value / total for name, value in means.items()} if total > 0 else {}


def _own_part(reports: list[GradientReport], expert: str) -> float | None:
    """Return how much of an expert's gradient, by norm, comes from losses other than the task's."""
    own = task = 0.0
    for report in reports:
        for loss, norm in zip(report.losses, report.norms.get(expert, ()), strict=False):
            own, task = (own, task + norm) if loss == TASK else (own + norm, task)
    return own / (own + task) if own + task > 0 else None
