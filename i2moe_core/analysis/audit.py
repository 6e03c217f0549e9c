"""The audit of a model: is it right, do its weights name the true interaction, do its experts react as named?

It needs no retraining and works on any model. What needs the true interactions is None without them.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from i2moe_core.analysis.audit_parts import (
    NEEDS_TRUTH,
    distributions,
    needed_together,
    pointwise_argmax,
    role_report,
    shares_of,
    true_interactions,
    weight_report,
)
from i2moe_core.analysis.expert_use import expert_use
from i2moe_core.checkpoint import Run
from i2moe_core.config import DataInfo
from i2moe_core.data.batching import TensorData
from i2moe_core.errors import InputError
from i2moe_core.explain.evaluate import Evaluation, evaluate_rows
from i2moe_core.measures.calibration import brier_score, expected_calibration_error
from i2moe_core.measures.classification import HEADLINE, headline
from i2moe_core.measures.outcomes import outcome_targets
from i2moe_core.measures.recovery import irs
from i2moe_core.measures.roles import accuracy
from i2moe_core.model.build import Model
from i2moe_core.model.i2moe import I2MoE
from i2moe_core.types import interaction_names

ROLE_LIMIT = 2000  # samples of the role test
POINTWISE_LIMIT = 300  # samples of the pointwise audit
UNKNOWN = (
    "The true interactions of this data are not known, so nothing can be said of "
    "gate_argmax, contribution_argmax, auroc and irs."
)
SINGLE = "A single fusion has no experts, so only its answers can be measured."


def audit_run(run: Run, data: TensorData, split: str = "test") -> dict[str, Any]:
    """Audit a run on a split of ``data``; the result is ready for JSON."""
    return audit_model(run.model, run.info, data, split)


@torch.inference_mode()
def audit_model(model: Model, info: DataInfo, data: TensorData, split: str = "test") -> dict[str, Any]:
    """Audit a model on a split of ``data``; the result is ready for JSON.

    Raises:
        InputError: the split is empty.
    """
    rows = data.samples.rows(split)
    if len(rows) == 0:
        raise InputError(f"'{data.samples.name}' has no sample in split '{split}'; name another split.")
    said = evaluate_rows(model, data, rows)
    truth = true_interactions(data.samples, model.modalities)
    truth = None if truth is None else truth[rows]
    result: dict[str, Any] = {"split": split, "samples": len(rows)} | _answers(model, info, said, truth)
    if not isinstance(model, I2MoE):
        return plain(
            result | dict.fromkeys((*NEEDS_TRUTH, "leak", "roles", "expert_use")) | {"reason": SINGLE}
        )
    result |= weight_report(model, said, truth)
    heard = distributions(model, info, said.expert_logits)
    result["expert_use"] = expert_use(model.expert_names, said.weights.numpy(), shares_of(model, said), heard)
    complete = np.flatnonzero(said.present.all(1).numpy())
    result |= role_report(model, info, data, said, truth, _subset(complete, ROLE_LIMIT))
    result["pointwise_argmax"] = pointwise_argmax(
        model, data, said, truth, _subset(complete, POINTWISE_LIMIT)
    )
    result["needed_together"] = needed_together(model, said)
    roles = result["roles"]
    result["irs"] = irs(result["contribution_argmax"], list(roles.values()), len(model.modalities) + 2)
    result["reason"] = UNKNOWN if truth is None else None
    return plain(result)


def _answers(model: Model, info: DataInfo, said: Evaluation, truth: np.ndarray | None) -> dict[str, Any]:
    targets = outcome_targets(model.task, said.targets, model.prior.cpu()).numpy()
    given = distributions(model, info, said.logits)
    flat = given.reshape(-1, given.shape[-1])
    calibration = None
    if model.task != "regression":
        calibration = {
            "ece": expected_calibration_error(flat, targets.ravel()),
            "brier": brier_score(flat, targets.ravel()),
        }
    by_type = None
    if truth is not None:
        by_type = {
            name: accuracy(given[truth == k], targets[truth == k])
            for k, name in enumerate(interaction_names(model.modalities))
            if (truth == k).any()
        }
    return {
        "measure": HEADLINE[model.task],
        "accuracy": headline(model.task, said.logits, said.targets),
        "calibration": calibration,
        "accuracy_by_type": by_type,
        "probe_accuracy": _probe_accuracy(model, said),
    }


def _probe_accuracy(model: Model, said: Evaluation) -> dict[str, float] | None:
    if said.single is None or said.joint is None:
        return None
    heads = dict(zip(model.modalities, said.single, strict=True)) | {"all": said.joint}
    return {name: headline(model.task, logits, said.targets) for name, logits in heads.items()}


def _subset(rows: np.ndarray, limit: int) -> np.ndarray:
    """Return at most ``limit`` rows, the same ones every time."""
    if len(rows) <= limit:
        return rows
    return np.sort(np.random.default_rng(0).choice(rows, limit, replace=False))


def plain(value: Any) -> Any:
    """Return plain JSON values; what is not a finite number becomes None."""
    if isinstance(value, (np.ndarray, np.generic)):
        value = value.tolist()
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
