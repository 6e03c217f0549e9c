"""Weak point 6: is the gate explained by what is in the sample, or does it only spell out the answer?"""

from __future__ import annotations

from typing import Any

import numpy as np

from i2moe_core.analysis.audit_parts import predicted_classes
from i2moe_core.analysis.weak.says import point_says
from i2moe_core.analysis.weak.setting import Point, Setting
from i2moe_core.explain.pointwise import component_sizes, interaction_components
from i2moe_core.measures.association import rank_correlation
from i2moe_core.measures.recovery import leak


def gate_point(setting: Setting) -> Point:
    """Measure how much of the gate follows from the answer's class alone, and whether weights are shares."""
    weights, classes = setting.said.weights.numpy(), predicted_classes(setting.model, setting.said)
    by_class = explained_by_group(weights, classes)
    numbers = {
        "by_class": by_class,
        "by_interaction": None if setting.truth is None else explained_by_group(weights, setting.truth),
        "by_probes": _by_probes(setting, weights),
        "leak": leak(weights, classes),
        "contribution": _against_shares(weights, setting.shares, setting.experts),
    }
    return Point(
        title="Is the gate itself explained?",
        number=by_class,
        numbers=numbers,
        says=point_says("gate", numbers),
        means="A gate that follows the class alone tells the answer a second time instead of explaining it "
        "(unless interaction and class go together in the data). What follows from the true interaction, or "
        "from the evidence that the probes measured, is explained. A weight is not a contribution: an expert "
        "with much weight may add nothing.",
        source="Share of the weights' variance between groups of samples, summed over the experts (1 all, 0 "
        "none); 'by_probes' is 1 minus the squared distance to the sizes of the probes' components, over the "
        "variance, and may be negative.",
    )


def explained_by_group(weights: np.ndarray, groups: np.ndarray) -> float | None:
    """Return the share of the weights' variance that lies between groups, in [0, 1] (eta squared).

        sum_g n_g |mean_g - mean|^2 / sum_n |w_n - mean|^2

    weights: (N, E); groups: (N,) int. None where the weights do not differ.
    """
    total = ((weights - weights.mean(0)) ** 2).sum()
    if total <= 1e-12 * len(weights):
        return None
    kinds, places = np.unique(groups, return_inverse=True)
    means = np.stack([weights[places == g].mean(0) for g in range(len(kinds))])
    return float(((means[places] - weights.mean(0)) ** 2).sum() / total)


def _by_probes(setting: Setting, weights: np.ndarray) -> float | None:
    """Return how much of the weights the sizes of the probes' components explain; None without probes."""
    said, model = setting.said, setting.model
    total = ((weights - weights.mean(0)) ** 2).sum()
    if said.single is None or said.joint is None or total <= 1e-12 * len(weights):
        return None
    parts = interaction_components(model, said.single, said.joint, said.grouped)
    sizes = component_sizes(model.task, parts, said.joint).numpy() + 1e-9
    shares = sizes / sizes.sum(-1, keepdims=True)
    return float(1 - ((weights - shares) ** 2).sum() / total)


def _against_shares(weights: np.ndarray, shares: np.ndarray, experts: tuple[str, ...]) -> dict[str, Any]:
    ranks = {
        name: rank_correlation(weights[:, k], shares[:, k], draws=1).value for k, name in enumerate(experts)
    }
    return {
        "same": float((weights.argmax(-1) == shares.argmax(-1)).mean()),
        "distance": float(np.abs(weights - shares).sum(-1).mean() / 2),
        "rank": ranks,
    }
