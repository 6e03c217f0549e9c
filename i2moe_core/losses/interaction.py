"""The interaction losses of the published recipe and their alternatives, vectorised over an expert's passes.

Reference: Xin et al., ICML 2025 (arXiv 2505.19190), section 3; what is compared, and in which space, can be
chosen from the two tables. Pass 0 sees all modalities, pass 1 + m has modality m replaced.
"""

from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity, logsigmoid, normalize

from i2moe_core.errors import InputError
from i2moe_core.expert_set import ExpertRole, default_roles, places_of
from i2moe_core.types import REDUNDANCY, SYNERGY, UNIQUE, Task


def raw_logits(task: Task, logits: Tensor) -> Tensor:
    """The logits as they are (as published)."""
    return logits


def log_probabilities(task: Task, logits: Tensor) -> Tensor:
    """Log-probabilities; of several labels the logarithms of yes and of no, (..., 2C).

    Raises:
        InputError: a regression has none.
    """
    if task == "multiclass":
        return logits.log_softmax(-1)
    if task == "multilabel":
        return torch.cat([logsigmoid(logits), logsigmoid(-logits)], -1)
    raise InputError(
        "A regression has no log-probabilities; leave recipe 'paper' its similarity=cosine and space=logits."
    )


def cosine(task: Task, full: Tensor, other: Tensor) -> Tensor:
    """Cosine of the logits (as published)."""
    return cosine_similarity(full, other, dim=-1)


def one_minus_mse(task: Task, full: Tensor, other: Tensor) -> Tensor:
    """One minus the mean squared difference of the logits, each scaled to length 1.

    1 - sum_c (a_c - b_c)^2 / C with unit vectors a, b, which is 1 - 2 (1 - cos) / C.
    """
    return 1 - (normalize(full, dim=-1) - normalize(other, dim=-1)).square().mean(-1)


def log_probability(task: Task, full: Tensor, other: Tensor) -> Tensor:
    """Cosine of the log-probabilities, which a constant added to all logits does not change."""
    return cosine_similarity(log_probabilities(task, full), log_probabilities(task, other), dim=-1)


SPACES: Mapping[str, Callable[[Task, Tensor], Tensor]] = {
    "logits": raw_logits,
    "log_probability": log_probabilities,
}
SIMILARITIES: Mapping[str, Callable[[Task, Tensor, Tensor], Tensor]] = {
    "cosine": cosine,
    "one_minus_mse": one_minus_mse,
    "log_probability": log_probability,
}


def uniqueness_loss(
    passes: Tensor,
    modality: int,
    margin: float = 1.0,
    norm: float = 2.0,
    space: str = "logits",
    task: Task = "multiclass",
) -> Tensor:
    """Triplet loss of the uniqueness expert of ``modality``, a scalar.

    Anchor: the full pass; negative: the pass without ``modality``; positives: the passes without each other
    modality, averaged. max(0, d(a, p) - d(a, n) + margin), d the p-norm of the difference plus 1e-7.
    passes: (P, B, C). space: a name in SPACES, of the vectors that are compared.
    """
    passes = SPACES[space](task, passes)
    # The offset inside the norm is the published code's (eps of the pairwise distance).
    distances = torch.linalg.vector_norm(passes[0] - passes[1:] + 1e-7, norm, -1)  # (M, B)
    negative = distances[modality]
    positives = torch.cat([distances[:modality], distances[modality + 1 :]])
    return (positives - negative + margin).clamp(min=0).mean()


def synergy_loss(passes: Tensor, similarity: str = "cosine", task: Task = "multiclass") -> Tensor:
    """Mean similarity of the full pass and each pass with one modality replaced, a scalar: be different."""
    return SIMILARITIES[similarity](task, passes[:1], passes[1:]).mean()


def redundancy_loss(passes: Tensor, similarity: str = "cosine", task: Task = "multiclass") -> Tensor:
    """One minus the mean similarity of the full pass and each other pass, a scalar: stay the same."""
    return 1 - synergy_loss(passes, similarity, task)


def interaction_losses(
    expert_logits: Tensor,
    margin: float = 1.0,
    norm: float = 2.0,
    similarity: str = "cosine",
    space: str = "logits",
    task: Task = "multiclass",
    roles: Sequence[ExpertRole] | None = None,
    modalities: Sequence[str] = (),
) -> dict[str, Tensor]:
    """Return every expert's loss by name: ``unique:0`` .. ``unique:M-1``, ``synergy``, ``redundancy``.

    expert_logits: (E, P, B, C) with P = M + 1. roles: of the E experts, among the M ``modalities``; as
    published by default. An expert of some modalities is asked about the passes that replace one of them.
    """
    if roles is None:
        modalities = tuple(str(m) for m in range(expert_logits.shape[1] - 1))
        roles = default_roles(modalities)
    losses = {}
    for expert, passes in zip(roles, expert_logits, strict=True):
        own = places_of(expert, modalities)
        if expert.role == UNIQUE:
            loss = uniqueness_loss(passes, own[0], margin, norm, space, task)
        else:
            whole = len(own) == len(modalities)
            asked = passes if whole else passes[[0, *(1 + m for m in own)]]
            loss = _OF_SEVERAL[expert.role](asked, similarity, task)
        losses[expert.loss_name(modalities)] = loss
    return losses


_OF_SEVERAL: Mapping[str, Callable[[Tensor, str, Task], Tensor]] = {
    SYNERGY: synergy_loss,
    REDUNDANCY: redundancy_loss,
}
