"""Attention rollout x gradient: which tokens the experts attend to, where attending helps the target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

import torch
from torch import Tensor, nn

from i2moe_core.encoders import Encoder
from i2moe_core.explain.attribution.methods.attention import Seen, Watched, attends, watched
from i2moe_core.explain.attribution.methods.base import Method, Raw
from i2moe_core.explain.attribution.methods.grad_cam import spread_over
from i2moe_core.explain.attribution.methods.gradients import as_leaves
from i2moe_core.explain.attribution.problem import Problem
from i2moe_core.explain.attribution.targets import Target
from i2moe_core.language import marked
from i2moe_core.types import Features


class AttentionRollout(Method):
    """Which patches and words the experts attend to, weighed by how much attending helps the target.

        R = I;  R <- R + A' R for each block,  A' = mean over heads of (A * dy/dA)^+
        a_t = mean over the pooled tokens i of (R - I)_it, summed over the experts

    For pools by one query (cross-attention, the gate) a_t = (A_t * dy/dA_t)^+. Tokens are then followed back
    through the encoder's own attention in the same way; the last token stands for its patch or word.
    Reference: Abnar and Zuidema, ACL 2020 (rollout); Chefer, Gur and Wolf, ICCV 2021, equations 5 and 6.
    It does not show what speaks against the target (no part is negative), nor what an encoder without
    attention, or a pretrained one, moved from place to place.
    """

    shared = True

    def refusal(self, problem: Problem) -> str | None:
        """Ask for experts that attend."""
        if attends(problem.model):
            return None
        return marked(
            "Attention rollout needs experts that attend to tokens (the fusions transformer or "
            "cross_attention); choose another method."
        )

    def attribute(self, problem: Problem, targets: Sequence[Target], rows: int) -> list[Raw]:
        """Return the relevance of each target, all from one forward pass."""
        layers = [_layer(problem, place) for place in range(len(problem.names))]
        with torch.enable_grad():
            with watched(problem.model, [layer for layer in layers if layer is not None]) as record:
                features = problem.encode(*as_leaves(problem.inputs))
                out = problem.model.mix(features)
            return [_relevance(problem, features, record, target.value(out).sum()) for target in targets]


def _layer(problem: Problem, place: int) -> nn.Module | None:
    encoder = cast(Encoder, problem.model.encoders[problem.names[place]])
    return encoder.grid_layer() if problem.kinds[place] == "image" else None


def _relevance(problem: Problem, features: Sequence[Features], record: Watched, value: Tensor) -> Raw:
    matrices = {id(s): s.relevance(slope) for s, slope in _slopes(record.all, value)}
    totals = [torch.zeros_like(f.tokens[0, :, 0]) for f in features]  # (T,) each
    for sees, chain in record.blocks:
        _add(totals, sees, features, _roll(chain, matrices, features, sees))
    for pool in record.pools:
        place = next(m for m, f in enumerate(features) if f.tokens is pool.tokens)
        totals[place] = totals[place] + matrices[id(pool)][0]
    for m, layers in enumerate(record.encoders):
        for layer in reversed(layers):
            totals[m] = totals[m] + totals[m] @ matrices[id(layer)]
    return tuple(
        _spread(problem, record, place, totals[problem.model.modalities.index(name)])
        for place, name in enumerate(problem.names)
    )


def _slopes(seen: Sequence[Seen], value: Tensor) -> Iterator[tuple[Seen, Tensor | None]]:
    """Yield the value's gradient at each attention; None where no input leads to it, since it is absent."""
    reached = [s for s in seen if s.mixed.requires_grad and value.requires_grad]
    mixed = [s.mixed for s in reached]
    slopes = torch.autograd.grad(value, mixed, retain_graph=True, allow_unused=True) if reached else ()
    known = {id(s): slope for s, slope in zip(reached, slopes, strict=True)}
    yield from ((s, known.get(id(s))) for s in seen)


def _roll(
    chain: Sequence[Seen], matrices: dict[int, Tensor], features: Sequence[Features], sees: Sequence[int]
) -> Tensor:
    """Return the mean over the real tokens of what the blocks add to the identity, (T,)."""
    real = torch.cat([features[m].mask[0] for m in sees])
    start = torch.eye(len(real), device=real.device, dtype=features[0].tokens.dtype)
    rolled = start
    for block in chain:
        rolled = rolled + matrices[id(block)] @ rolled
    return (rolled - start)[real if bool(real.any()) else ~real].mean(0)


def _add(totals: list[Tensor], sees: Sequence[int], features: Sequence[Features], rolled: Tensor) -> None:
    lengths = [features[m].tokens.shape[1] for m in sees]
    for m, part in zip(sees, rolled.split(lengths), strict=True):
        totals[m] = totals[m] + part


def _spread(problem: Problem, record: Watched, place: int, tokens: Tensor) -> Tensor | None:
    """Return a modality's token relevance (T,) in its input's shape; None for a picture without a grid."""
    x = problem.inputs[place]
    if problem.kinds[place] == "image":
        layer = _layer(problem, place)
        return None if layer is None else spread_over(tokens.detach().view(1, *record.grids[layer]), x)
    if x.dim() == 2:
        return (tokens.detach().sum() / x.shape[-1]).expand_as(x).clone()
    steps = tokens.new_zeros(x.shape[1])
    steps[: len(tokens)] = tokens.detach()[: x.shape[1]]
    return (steps[None, :, None] / x.shape[-1]).expand_as(x).clone()
