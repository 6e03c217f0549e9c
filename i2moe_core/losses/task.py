"""The task's own loss, and the divergence of logits from a target prediction, for the three tasks."""

import math

import torch
from torch import Tensor
from torch.nn import functional

from i2moe_core.types import Task


def task_loss(task: Task, logits: Tensor, targets: Tensor, scale: float = 1.0) -> Tensor:
    """Return the loss of each sample, (B,): cross-entropy, mean binary cross-entropy, or squared error.

    logits: (B, C). targets: (B,) int64, (B, C) 0/1 or (B,) float. scale: of the regression target (its
    standard deviation), so that the squared error is in units of its variance.
    """
    if task == "multiclass":
        return functional.cross_entropy(logits, targets, reduction="none")
    if task == "multilabel":
        return functional.binary_cross_entropy_with_logits(logits, targets, reduction="none").mean(-1)
    return ((logits[:, 0] - targets) / scale) ** 2


def divergence(task: Task, target: Tensor, logits: Tensor, scale: float = 1.0) -> Tensor:
    """Return how far ``logits`` are from a ``target`` in logit form, per sample, (B,).

    KL(softmax(target) || softmax(logits)); for labels the mean binary KL; for regression the squared distance
    in units of the variance. Zero where both say the same; no gradient to ``target`` is stopped here.
    """
    if task == "multiclass":
        log_target = target.log_softmax(-1)
        return (log_target.exp() * (log_target - logits.log_softmax(-1))).sum(-1)
    if task == "multilabel":
        on, off = functional.logsigmoid(target), functional.logsigmoid(-target)
        kl_on = on.exp() * (on - functional.logsigmoid(logits))
        kl_off = off.exp() * (off - functional.logsigmoid(-logits))
        return (kl_on + kl_off).mean(-1)
    return (((logits - target) / scale) ** 2).mean(-1)


def prior_logits(task: Task, prior: Tensor) -> Tensor:
    """Return the prediction that knows no input, in logit form, (C,).

    prior: class shares, label shares, or the mean of the target.
    """
    if task == "multiclass":
        return prior.clamp(min=1e-6).log()
    if task == "multilabel":
        return torch.logit(prior.clamp(1e-6, 1 - 1e-6))
    return prior


def evidence(task: Task, logits: Tensor, prior: Tensor, smoothing: float = 0.0) -> Tensor:
    """Return what a prediction adds to the prior, per class: (..., C).

    Multi-class: log p(c|x) - log p(c) in nats. Multi-label: the difference of log-odds. Regression: the
    difference from the mean. p is first mixed with a share ``smoothing`` of the prior, so that a prediction
    which knows no input adds exactly nothing, however rare a class is.
    """
    base = prior_logits(task, prior)
    if task == "multiclass":
        said = logits.log_softmax(-1)
        if smoothing:
            said = torch.logaddexp(said + math.log1p(-smoothing), base + math.log(smoothing))
        return said - base
    if task == "multilabel":
        p = (1 - smoothing) * logits.sigmoid() + smoothing * base.sigmoid()
        return torch.logit(p, eps=1e-7) - base
    return logits - base


def probabilities(task: Task, logits: Tensor) -> Tensor:
    """Return class probabilities, label probabilities, or (regression) the predictions themselves."""
    if task == "multiclass":
        return logits.softmax(-1)
    return logits.sigmoid() if task == "multilabel" else logits
