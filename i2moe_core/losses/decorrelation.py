"""How alike the experts' latent vectors are: three measures, each 0 where they have nothing in common.

latents: (E, B, D), each expert's vectors of the same B samples.
"""

from itertools import combinations

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity


def rep_cos(latents: Tensor) -> Tensor:
    """Return the squared cosine of two experts' vectors of a sample, averaged over samples and pairs."""
    first, second = _pairs(latents)
    return cosine_similarity(latents[first], latents[second], dim=-1).square().mean()


def rep_cka(latents: Tensor) -> Tensor:
    """Return the linear centred kernel alignment of two experts, averaged over pairs.

    |X'Y|² / (|X'X| |Y'Y|) in Frobenius norms, X and Y centred over the batch; it does not change when an
    expert's space is rotated or scaled.
    """
    centred = latents - latents.mean(1, keepdim=True)
    shared = torch.einsum("ebi,fbj->efij", centred, centred).square().sum((2, 3))  # (E, E)
    own = shared.diagonal()
    first, second = _pairs(latents)
    return (shared[first, second] * (own[first] * own[second]).clamp(min=1e-12).rsqrt()).mean()


def rep_barlow(latents: Tensor) -> Tensor:
    """Return the squared correlation of each two dimensions of two experts, averaged over all and pairs."""
    centred = latents - latents.mean(1, keepdim=True)
    standard = centred * centred.square().mean(1, keepdim=True).clamp(min=1e-12).rsqrt()
    first, second = _pairs(latents)
    crossed = torch.einsum("pbi,pbj->pij", standard[first], standard[second]) / latents.shape[1]
    return crossed.square().mean()


def _pairs(latents: Tensor) -> tuple[list[int], list[int]]:
    pairs = list(combinations(range(len(latents)), 2))
    return [a for a, _ in pairs], [b for _, b in pairs]
