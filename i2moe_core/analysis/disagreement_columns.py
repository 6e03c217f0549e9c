"""How far the experts are apart on each sample, in several measures."""

from __future__ import annotations

from typing import Any

import numpy as np

from i2moe_core.checkpoint import Run
from i2moe_core.explain.evaluate import Evaluation
from i2moe_core.losses.task import evidence
from i2moe_core.measures.disagreement import (
    answer_variance,
    jensen_shannon,
    pairwise_jensen_shannon,
    sign_split,
    vote_entropy,
)
from i2moe_core.measures.outcomes import outcomes
from i2moe_core.model.i2moe import I2MoE


def disagreement_columns(run: Run, model: I2MoE, said: Evaluation, places: np.ndarray) -> dict[str, Any]:
    """Return the measures of a batch; those of several questions (labels) are averaged over them."""
    prior, rows = model.prior.double().cpu(), np.arange(len(places))
    spoken = outcomes(model.task, said.expert_logits, prior, run.info.scale).numpy()  # (E, B, L, K)
    votes = spoken.argmax(-1)
    answer = outcomes(model.task, said.logits, prior, run.info.scale).numpy().argmax(-1)  # (B, L)
    weights = said.weights.T  # (E, B)
    added = evidence(model.task, said.expert_logits, prior).numpy()
    # A regression's contributions are not centred over classes, so they are counted from the mean.
    pull = said.expert_logits.numpy() if model.task != "regression" else added
    split = sign_split(weights.unsqueeze(-1).numpy() * pull)  # (B, C)
    return {
        "jensen_shannon": jensen_shannon(spoken).mean(-1),
        "pairwise_jensen_shannon": _mean_of_pairs(spoken),
        "vote_entropy": vote_entropy(votes, spoken.shape[-1]).mean(-1),
        "contribution_variance": answer_variance(weights.numpy(), added)[rows, places],
        "agreement": (votes == answer).mean((0, 2)),
        "sign_split": split[rows, places],
        "sign_split_by_label": list(split.astype(np.float32)) if model.task == "multilabel" else None,
    }


def _mean_of_pairs(spoken: np.ndarray) -> np.ndarray:
    """Return the mean divergence of each two experts, (B,)."""
    upper = np.triu_indices(len(spoken), 1)
    mean: np.ndarray = pairwise_jensen_shannon(spoken)[upper].mean((0, -1))
    return mean
