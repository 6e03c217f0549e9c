"""How often the prediction is right, for the three tasks."""

import torch
from torch import Tensor

from i2moe_core.types import Task

HEADLINE = {"multiclass": "accuracy", "multilabel": "micro_f1", "regression": "r2"}


def headline(task: Task, logits: Tensor, targets: Tensor) -> float:
    """Return the task's measure: accuracy, micro-averaged F1 at probability .5, or R².

    logits: (N, C); targets as in ``Samples``. NaN for no samples.
    """
    if len(logits) == 0:
        return float("nan")
    if task == "multiclass":
        return (logits.argmax(-1) == targets).double().mean().item()
    if task == "multilabel":
        return micro_f1(logits > 0, targets > 0.5)
    residual = ((logits[:, 0] - targets) ** 2).sum()
    total = ((targets - targets.mean()) ** 2).sum()
    return (1 - residual / total).item() if total > 0 else float("nan")


def micro_f1(predicted: Tensor, actual: Tensor) -> float:
    """Return 2 TP / (2 TP + FP + FN) over all labels, (N, C) bool; NaN where nothing is true or predicted."""
    hits = torch.logical_and(predicted, actual).sum()
    size = predicted.sum() + actual.sum()
    return (2 * hits / size).item() if size > 0 else float("nan")
