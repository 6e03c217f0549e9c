"""How an expert's passes are run: stacked into the batch, one call an expert; sliced where no graph is kept.

Stacking makes few large operations out of many small ones and leaves the experts plain modules. Slices keep a
large batch's intermediate tensors in a CPU's cache, and bound the memory of an audit.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from i2moe_core.model.expert import Expert, has_batch_norm
from i2moe_core.model.versions import Versions
from i2moe_core.types import Features

SLICE = 2**19  # numbers that one slice reads: the tokens of 64 samples, 32 each, 256 wide


def run_stacked(expert: Expert, versions: Versions) -> Tensor:
    """Return the logits of all passes, (P, B, C).

    The pass that replaces a modality it does not see is its full pass.
    """
    count, modalities = 1 + len(expert.sees), len(versions.features)
    stacked = versions.stacked(expert)
    if expert.training and has_batch_norm(expert):
        logits = torch.stack([expert(part) for part in _unstack(stacked, expert.sees, count)])
    else:
        logits = run(expert, stacked, versions.embedded(expert)).unflatten(0, (count, -1))  # (1 + S, B, C)
    if count == modalities + 1:
        return logits
    place = {m: n for n, m in enumerate(expert.sees, 1)}
    return torch.stack([logits[0], *(logits[place.get(m, 0)] for m in range(modalities))])


def run(expert: Expert, features: Sequence[Features], embedded: Sequence[Tensor] | None = None) -> Tensor:
    """Return one call's logits, (B, C); on a CPU without a graph slice by slice.

    embedded: what ``expert.embed`` gave, where it is known already.
    """
    seen = [features[m] for m in expert.sees]
    rows = len(seen[0].tokens)
    size = max(1, SLICE // sum(_numbers(f) for f in seen)) if rows else 1
    sliced = rows > size and seen[0].tokens.device.type == "cpu" and not torch.is_grad_enabled()
    if not sliced or (expert.training and has_batch_norm(expert)):
        return expert(features, embedded)
    parts = [slice(start, start + size) for start in range(0, rows, size)]
    return torch.cat(
        [expert([f[part] for f in features], embedded and [e[part] for e in embedded]) for part in parts]
    )


def _numbers(features: Features) -> int:
    """Return how many numbers a sample has; its pooled vector counts where the tokens were left out."""
    return max(features.tokens[0].numel(), features.pooled[0].numel())


def _unstack(stacked: Sequence[Features], sees: Sequence[int], count: int) -> list[list[Features]]:
    size = len(stacked[sees[0]].tokens) // count
    rows = [slice(n * size, (n + 1) * size) for n in range(count)]
    return [[f[part] if m in sees else f for m, f in enumerate(stacked)] for part in rows]
