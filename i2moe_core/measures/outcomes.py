"""Predictions as plain distributions over outcomes, so that one measure serves all three tasks."""

import math

import torch
from torch import Tensor

from i2moe_core.types import Task


def outcomes(task: Task, logits: Tensor, prior: Tensor, scale: float = 1.0) -> Tensor:
    """Return the distributions behind ``logits`` (..., C): (..., L, K), the last axis sums to 1.

    Multi-class: L = 1 question with K = C outcomes. Multi-label: one question a label, K = 2 (off, on).
    Regression: one question, "is it above the training mean?", K = 2, answered by the normal distribution
    with the target's own standard deviation ``scale``; ``prior`` holds the mean.
    """
    if task == "multiclass":
        return logits.softmax(-1).unsqueeze(-2)
    if task == "multilabel":
        on = logits.sigmoid()
    else:
        on = 0.5 * (1 + torch.erf((logits - prior) / (scale * math.sqrt(2))))
    return torch.stack([1 - on, on], -1)


def outcome_targets(task: Task, targets: Tensor, prior: Tensor) -> Tensor:
    """Return the right outcome of every question, (N, L) int64."""
    if task == "multiclass":
        return targets.long().unsqueeze(-1)
    if task == "multilabel":
        return (targets > 0.5).long()
    return (targets > prior[0]).long().unsqueeze(-1)


def chance_level(task: Task, prior: Tensor) -> float:
    """Return how often the best answer that knows no input is right."""
    if task == "multiclass":
        return prior.max().item()
    if task == "multilabel":
        return torch.maximum(prior, 1 - prior).mean().item()
    return 0.5
