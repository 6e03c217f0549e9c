"""Contrastive losses between modalities."""

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, normalize

from i2moe_core.losses.reduce import mean_where


def matching_loss(scores: Tensor) -> Tensor:
    """Symmetric cross-entropy of (B, B) match scores against the diagonal.

    Reference: Radford et al., ICML 2021, figure 3. No label is used: sample i's own partner must score
    higher than the batch's other ones, both ways.
    """
    own = torch.arange(len(scores), device=scores.device)
    return (cross_entropy(scores, own) + cross_entropy(scores.T, own)) / 2


def cosine_scores(a: Tensor, b: Tensor) -> Tensor:
    """Return the cosines of each row of ``a`` with each of ``b``: (A, D), (B, D) -> (A, B)."""
    return normalize(a, dim=-1) @ normalize(b, dim=-1).T


def margin_loss(a: Tensor, b: Tensor, same: Tensor, margin: float = 1.0) -> Tensor:
    """Pull together the pairs that are the same and push the others beyond a margin, a scalar.

    d²/2 where same, max(0, margin - d)²/2 elsewhere; d the distance of the normalised vectors (0 to 2); the
    mean over the same and the mean over the others, added. a, b: (B, D). same: (B, B) bool.

    Reference: Hadsell et al., CVPR 2006, equation 4; two means in place of one sum, so that the few same
    pairs are not outweighed.
    """
    # The floor keeps the root's gradient finite where two vectors coincide.
    distance = (2 - 2 * cosine_scores(a, b)).clamp(min=1e-12).sqrt()
    pull, push = distance.square() / 2, (margin - distance).clamp(min=0).square() / 2
    return mean_where(pull, same) + mean_where(push, ~same)


def same_labels(targets: Tensor) -> Tensor:
    """Say which samples are of one class, (B, B) bool; of labels (B, C): share one, or both have none."""
    if targets.ndim == 1:
        return targets.unsqueeze(0) == targets.unsqueeze(1)
    none = targets.sum(1) == 0
    return (targets @ targets.T > 0) | (none.unsqueeze(0) & none.unsqueeze(1))
