"""The pointwise decomposition by minimum consensus: what each interaction adds to each class's evidence."""

import torch
from torch import Tensor


def decompose(single: Tensor, joint: Tensor) -> Tensor:
    """Split the joint evidence into unique, synergistic and redundant parts, (M + 2, ..., C).

    single: (M, ..., C), i_m = log p(c|x_m) - log p(c) of each modality alone; joint: (..., C), i_all of all.
    r = sign * min_m |i_m| where all signs agree, else 0;  u_m = i_m - r;  s = i_all - r - sum_m u_m.
    The parts sum to ``joint`` exactly. Parts may be negative (misinformation). For M > 2 what only some
    modalities share stays inside the u_m and s. Order: u_1..u_M, s, r.
    """
    redundant = consensus(single)
    unique = single - redundant
    synergy = joint - redundant - unique.sum(0)
    return torch.cat([unique, synergy.unsqueeze(0), redundant.unsqueeze(0)])


def consensus(single: Tensor) -> Tensor:
    """Return what all of (M, ..., C) say: sign * min_m |i_m| where all signs agree, else 0."""
    signs = single.sign()
    agree = (signs == signs[:1]).all(0)
    return torch.where(agree, signs[0] * single.abs().amin(0), torch.zeros_like(single[0]))


def gate_target(components: Tensor, weight: Tensor, floor: float = 0.02) -> Tensor:
    """Return each interaction's share of the evidence, (..., E), rows sum to 1.

    t_k ~ sum_c weight(c) |component_k(c)| + floor. components: (E, ..., C); weight: (..., C), class
    probabilities of the joint prediction (or uniform for labels and regression).
    """
    size = (components.abs() * weight).sum(-1) + floor  # (E, ...)
    return (size / size.sum(0)).movedim(0, -1)
