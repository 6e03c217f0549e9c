"""The interaction losses of the published recipe, vectorised over the passes of one expert.

Reference: Xin et al., ICML 2025 (arXiv 2505.19190), section 3. Pass 0 sees all modalities, pass 1 + m has
modality m replaced.
"""

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity


def uniqueness_loss(passes: Tensor, modality: int, margin: float = 1.0, norm: float = 2.0) -> Tensor:
    """Triplet loss of the uniqueness expert of ``modality``, a scalar.

    Anchor: the full pass; negative: the pass without ``modality``; positives: the passes without each other
    modality, averaged. max(0, d(a, p) - d(a, n) + margin), d the p-norm of the difference plus 1e-7.
    passes: (P, B, C).
    """
    # The offset inside the norm is the published code's (eps of the pairwise distance).
    distances = torch.linalg.vector_norm(passes[0] - passes[1:] + 1e-7, norm, -1)  # (M, B)
    negative = distances[modality]
    positives = torch.cat([distances[:modality], distances[modality + 1 :]])
    return (positives - negative + margin).clamp(min=0).mean()


def synergy_loss(passes: Tensor) -> Tensor:
    """Mean cosine between the full pass and each pass with one modality replaced, a scalar: be different."""
    return cosine_similarity(passes[:1], passes[1:], dim=-1).mean()


def redundancy_loss(passes: Tensor) -> Tensor:
    """One minus the mean cosine between the full pass and each other pass, a scalar: stay the same."""
    return 1 - synergy_loss(passes)


def interaction_losses(expert_logits: Tensor, margin: float = 1.0, norm: float = 2.0) -> dict[str, Tensor]:
    """Return every expert's loss by name: ``unique:0`` .. ``unique:M-1``, ``synergy``, ``redundancy``.

    expert_logits: (E, P, B, C) with E = M + 2 and P = M + 1.
    """
    modalities = expert_logits.shape[1] - 1
    losses = {f"unique:{m}": uniqueness_loss(expert_logits[m], m, margin, norm) for m in range(modalities)}
    losses["synergy"] = synergy_loss(expert_logits[modalities])
    losses["redundancy"] = redundancy_loss(expert_logits[modalities + 1])
    return losses
