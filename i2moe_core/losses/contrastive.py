"""Contrastive losses between modalities."""

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy


def matching_loss(scores: Tensor) -> Tensor:
    """Symmetric cross-entropy of (B, B) match scores against the diagonal.

    Reference: Radford et al., ICML 2021, figure 3. No label is used: sample i's own partner must score
    higher than the batch's other ones, both ways.
    """
    own = torch.arange(len(scores), device=scores.device)
    return (cross_entropy(scores, own) + cross_entropy(scores.T, own)) / 2
