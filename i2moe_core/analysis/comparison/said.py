"""One run's part in a comparison: what it says of the samples, and its line of the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from i2moe_core.analysis.audit_parts import (
    distributions,
    role_report,
    shares_of,
    true_interactions,
    weight_report,
)
from i2moe_core.analysis.record_columns import answer_names
from i2moe_core.checkpoint import Run
from i2moe_core.data.batching import TensorData
from i2moe_core.explain.evaluate import Evaluation, evaluate_rows
from i2moe_core.measures.calibration import expected_calibration_error
from i2moe_core.measures.classification import HEADLINE, headline
from i2moe_core.measures.intervals import mean_interval
from i2moe_core.measures.outcomes import outcome_targets
from i2moe_core.measures.recovery import irs
from i2moe_core.model.i2moe import I2MoE


@dataclass(frozen=True, eq=False)
class RunSaid:
    """What a run says of N samples.

    outcomes: (N, L, K) the mixture's distributions; votes: (N, L) their largest; right: (N,) bool, all L as
    they should be. answers: (N,) in words. shares: (N, E), None of a single fusion. audit: its figures here.
    """

    label: str
    run: Run
    data: TensorData
    said: Evaluation
    outcomes: np.ndarray
    answers: np.ndarray
    right: np.ndarray
    shares: np.ndarray | None
    audit: dict[str, Any]

    @property
    def votes(self) -> np.ndarray:
        """The answers by number, (N, L)."""
        votes: np.ndarray = self.outcomes.argmax(-1)
        return votes

    @property
    def weights(self) -> np.ndarray | None:
        """The gate's weights, (N, E); None of a single fusion."""
        return None if self.shares is None else self.said.weights.numpy()

    @property
    def measure(self) -> str:
        """The name of the task's headline measure."""
        return HEADLINE[self.run.model.task]


@torch.inference_mode()
def hear_run(label: str, run: Run, data: TensorData) -> RunSaid:
    """Ask a run about all samples of ``data``."""
    model = run.model
    said = evaluate_rows(model, data, np.arange(len(data.samples)))
    given = distributions(model, run.info, said.logits)
    targets = outcome_targets(model.task, said.targets, model.prior.cpu()).numpy()
    return RunSaid(
        label=label,
        run=run,
        data=data,
        said=said,
        outcomes=given,
        answers=np.array(answer_names(run, model, said.logits), dtype=object),
        right=(given.argmax(-1) == targets).all(-1),
        shares=shares_of(model, said) if isinstance(model, I2MoE) else None,
        audit=_answered(run, said, given, targets) | _audited(run, data, said),
    )


def run_row(one: RunSaid, experts: tuple[str, ...], group: int) -> dict[str, Any]:
    """Return a run's line of the comparison's table; NaN where it has no experts or nothing is known."""
    config, audit = one.run.config, one.audit
    row: dict[str, Any] = {
        "run": one.label,
        "path": str(one.run.path),
        "id": one.run.id,
        "recipe": config.training.recipe,
        "fusion": config.model.fusion,
        "seed": config.training.seed,
        "group": group,
    }
    single = ("accuracy", "accuracy_low", "accuracy_high", "ece", "leak", "contribution_argmax", "irs")
    row |= {name: _number(audit.get(name)) for name in single}
    for kind, key in (("roles", "roles"), ("weight", "mean_weights"), ("share", "mean_shares")):
        known = audit.get(key) or {}
        row |= {f"{kind}.{expert}": _number(known.get(expert)) for expert in experts}
    return row


def _answered(run: Run, said: Evaluation, given: np.ndarray, targets: np.ndarray) -> dict[str, Any]:
    task = run.model.task
    low = high = ece = None
    if task == "multiclass":
        low, high = mean_interval((given.argmax(-1) == targets).all(-1))
    if task != "regression":
        ece = expected_calibration_error(given.reshape(-1, given.shape[-1]), targets.ravel())
    return {
        "accuracy": headline(task, said.logits, said.targets),
        "accuracy_low": low,
        "accuracy_high": high,
        "ece": ece,
    }


def _audited(run: Run, data: TensorData, said: Evaluation) -> dict[str, Any]:
    """Return the audit's figures that are comparable between runs, on these samples."""
    model = run.model
    if not isinstance(model, I2MoE):
        return {}
    truth = true_interactions(data.samples, model.modalities)
    complete = np.flatnonzero(said.present.all(1).numpy())
    result = weight_report(model, said, truth) | role_report(model, run.info, data, said, truth, complete)
    roles = result["roles"]
    return result | {
        "irs": irs(result["contribution_argmax"], list(roles.values()), len(model.modalities) + 2)
    }


def _number(value: Any) -> float:
    return float("nan") if value is None else float(value)
