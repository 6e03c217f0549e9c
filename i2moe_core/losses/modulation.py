"""How far each modality is ahead of the others, and the factors on its gradients that follow from it."""

import torch
from torch import Tensor


def confidence(losses: Tensor, present: Tensor) -> Tensor:
    """Return each modality's mean confidence in the truth over the samples that have it, (M,).

    exp(-loss): with the cross-entropy the probability of the true class; of labels the geometric mean of the
    probabilities of their true values; of a regression exp of minus the squared error. NaN where no sample
    has the modality. losses: (M, B). present: (B, M) bool.
    """
    there = present.T
    return (torch.exp(-losses.float()) * there).sum(1) / there.sum(1)


def discrepancy(scores: Tensor) -> Tensor:
    """Return the ratio of each modality's score to the mean of the others', (M,).

    1 where a score is NaN (nobody has the modality), or no other is known. scores: (M,).
    """
    known = scores.isfinite()
    filled = scores.nan_to_num()
    others = (filled.sum() - filled) / (known.sum() - 1).clamp(min=1)
    ratios = filled / others.clamp(min=1e-12)
    return torch.where(known & (known.sum() > 1), ratios, 1.0)


def damping(ratios: Tensor, alpha: float) -> Tensor:
    """Return 1 - tanh(alpha * ratio) where the ratio is above 1, and 1 elsewhere."""
    return torch.where(ratios > 1, 1 - torch.tanh(alpha * ratios), 1.0)


def boosting(ratios: Tensor, alpha: float) -> Tensor:
    """Return 1 + tanh(alpha / ratio) where the ratio is below 1, and 1 elsewhere."""
    if alpha == 0:
        return torch.ones_like(ratios)
    return torch.where(ratios < 1, 1 + torch.tanh(alpha / ratios), 1.0)
