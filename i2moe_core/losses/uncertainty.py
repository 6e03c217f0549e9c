"""The weight of a loss as the inverse of a learned variance."""

import torch
from torch import Tensor

from i2moe_core.types import Task


def uncertain(task: Task, loss: Tensor, log_variance: Tensor) -> Tensor:
    """Return loss / sigma² + log sigma, with half the loss for a regression; sigma² = exp(log_variance)."""
    half = 0.5 if task == "regression" else 1.0
    return half * torch.exp(-log_variance) * loss + log_variance / 2
