"""The parts of the audit: what weights, roles and pointwise components say, each as a piece of the report."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from i2moe_core.config import DataInfo
from i2moe_core.data.batching import TensorData
from i2moe_core.expert_set import summed
from i2moe_core.explain.evaluate import Evaluation, encode_rows
from i2moe_core.explain.pointwise import (
    class_weights,
    component_sizes,
    interaction_components,
    swapped_groups,
    swapped_predictions,
)
from i2moe_core.explain.roles import RoleTest, role_scores
from i2moe_core.losses.task import evidence
from i2moe_core.measures.outcomes import chance_level, outcome_targets, outcomes
from i2moe_core.measures.recovery import balanced_argmax, leak, type_auroc
from i2moe_core.measures.roles import RoleScore, accuracy
from i2moe_core.measures.shares import contribution_shares
from i2moe_core.model.build import Model
from i2moe_core.model.i2moe import I2MoE
from i2moe_core.types import Samples, interaction_names

NEEDS_TRUTH = ("gate_argmax", "contribution_argmax", "auroc", "irs", "pointwise_argmax", "probe_argmax")
SWAPS = 50  # of the pointwise audit
FEW_SWAPS = 8  # to see what a modality alone says, where a model has no probes


def true_interactions(samples: Samples, modalities: tuple[str, ...]) -> np.ndarray | None:
    """Return the number of each sample's true interaction, (N,); None where one is not known."""
    if samples.truth is None:
        return None
    names = interaction_names(modalities)
    known = samples.truth.interactions.tolist()
    if not set(known) <= set(names):
        return None
    return np.array([names.index(name) for name in known], dtype=np.int64)


def shares_of(model: I2MoE, said: Evaluation) -> np.ndarray:
    """Return every expert's share of every answer, (N, E)."""
    added = evidence(model.task, said.expert_logits, model.prior.double().cpu())
    return contribution_shares(
        said.weights.numpy(), added.numpy(), class_weights(model.task, said.logits).numpy()
    )


def predicted_classes(model: Model, said: Evaluation) -> np.ndarray:
    """Return one class number per sample for the leak: the most probable one, or above or below the mean."""
    if model.task == "regression":
        return (said.logits[:, 0] > model.prior.double().cpu()[0]).long().numpy()
    return said.logits.argmax(-1).numpy()


def weight_report(model: I2MoE, said: Evaluation, truth: np.ndarray | None) -> dict[str, Any]:
    """Return means, leak and, where the truth is known, what weights and contributions recover of it."""
    names = model.expert_names
    weights, shares = said.weights.numpy(), shares_of(model, said)
    result: dict[str, Any] = {
        "mean_weights": dict(zip(names, weights.mean(0), strict=True)),
        "mean_shares": dict(zip(names, shares.mean(0), strict=True)),
        "leak": leak(weights, predicted_classes(model, said)),
    }
    if truth is None:
        return dict.fromkeys(NEEDS_TRUTH) | result
    by_type = by_interaction(model, weights)
    result["gate_argmax"] = balanced_argmax(by_type, truth)
    result["contribution_argmax"] = balanced_argmax(by_interaction(model, shares), truth)
    result["auroc"] = type_auroc(by_type, truth)
    result["probe_argmax"] = None
    if said.single is not None and said.joint is not None:
        found = interaction_components(model, said.single, said.joint, said.grouped)
        result["probe_argmax"] = _argmax_of_components(model, found, said.joint, truth)
    return result


def role_report(
    model: I2MoE,
    info: DataInfo,
    data: TensorData,
    said: Evaluation,
    truth: np.ndarray | None,
    rows: np.ndarray,
) -> dict[str, Any]:
    """Test the roles on the given rows of ``said``."""
    names = model.expert_names
    if len(rows) < 2:
        return {"roles": dict.fromkeys(names), "roles_detail": None}
    prior = model.prior.double().cpu()
    features = encode_rows(model, data, said.rows[rows])
    targets = outcome_targets(model.task, said.targets, prior)
    right = accuracy(distributions(model, info, said.logits), targets.numpy())
    chance = chance_level(model.task, prior)
    test = RoleTest(
        features=features,
        targets=targets[rows],
        types=None if truth is None else torch.from_numpy(truth[rows]),
        says=_says(model, info, features, said, truth, rows),
        chance=chance,
        ceiling=right - chance,
        scale=info.scale,
    )
    scores = role_scores(model, test)
    detail = {name: _detail(score) for name, score in scores.items()}
    return {
        "roles": {name: None if score is None else score.score for name, score in scores.items()},
        "roles_detail": detail | {"ceiling": test.ceiling, "chance": chance, "samples": len(rows)},
    }


def _says(
    model: I2MoE,
    info: DataInfo,
    features: list[Any],
    said: Evaluation,
    truth: np.ndarray | None,
    rows: np.ndarray,
) -> Tensor:
    """Return what each modality alone says, (M, n, L): the true class if types are known, else its probe."""
    if truth is not None:
        targets = outcome_targets(model.task, said.targets[rows], model.prior.cpu())
        return targets.expand(len(model.modalities), *targets.shape)
    single = (
        swapped_predictions(model, features, FEW_SWAPS)[0] if said.single is None else said.single[:, rows]
    )
    return torch.from_numpy(distributions(model, info, single).argmax(-1))


def pointwise_argmax(
    model: I2MoE, data: TensorData, said: Evaluation, truth: np.ndarray | None, rows: np.ndarray
) -> float | None:
    """Return how often the mixture's own answers, decomposed by swaps, name the true interaction."""
    if truth is None or len(rows) < 2:
        return None
    features = encode_rows(model, data, said.rows[rows])
    single, joint = swapped_predictions(model, features, SWAPS)
    grouped = swapped_groups(model, features, SWAPS) if model.groups else None
    components = interaction_components(model, single, joint, grouped)
    return _argmax_of_components(model, components, joint, truth[rows])


def _argmax_of_components(model: I2MoE, components: Tensor, joint: Tensor, truth: np.ndarray) -> float | None:
    sizes = component_sizes(model.task, components, joint).numpy()
    return balanced_argmax(by_interaction(model, sizes), truth)


def by_interaction(model: I2MoE, values: np.ndarray) -> np.ndarray:
    """Return values by expert, (N, E), summed by the interaction that the experts belong to, (N, M + 2)."""
    return summed(values, model.expert_names, interaction_names(model.modalities))


def needed_together(model: I2MoE, said: Evaluation) -> dict[str, Any] | None:
    """Say who helps where one modality's probe is wrong and the joint probe is right, by that modality.

    evidence: mean over these samples of w_k (log p_k(y) - log p(y)) for the right class y; logits: mean of
    w_k z_k(y). None where there are no classes or no probes.
    """
    if model.task != "multiclass" or said.single is None or said.joint is None:
        return None
    names, targets = model.expert_names, said.targets
    weights = said.weights.T  # (E, N)
    right = targets.expand(len(names), 1, -1).movedim(1, -1)
    added = (
        weights
        * evidence(model.task, said.expert_logits, model.prior.double().cpu()).gather(2, right)[..., 0]
    )
    given = weights * said.expert_logits.gather(2, right)[..., 0]
    report: dict[str, Any] = {}
    for name, single in zip(model.modalities, said.single, strict=True):
        rows = (single.argmax(-1) != targets) & (said.joint.argmax(-1) == targets)
        means = {"evidence": added[:, rows].mean(1).tolist(), "logits": given[:, rows].mean(1).tolist()}
        report[name] = {"samples": int(rows.sum())}
        report[name] |= {kind: dict(zip(names, values, strict=True)) for kind, values in means.items()}
    return report


def distributions(model: Model, info: DataInfo, logits: Tensor) -> np.ndarray:
    """Return the distributions behind logits, (..., L, K)."""
    said: np.ndarray = outcomes(model.task, logits, model.prior.double().cpu(), info.scale).numpy()
    return said


def _detail(score: RoleScore | None) -> dict[str, Any] | None:
    if score is None:
        return None
    parts = {"score": score.score, "ability": score.ability, "specificity": score.specificity}
    return parts | {"samples": score.samples} | score.details
