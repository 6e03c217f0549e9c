"""How an expert's passes are run: stacked into the batch, one call an expert; sliced where no graph is kept.

Stacking makes few large operations out of many small ones and leaves the experts plain modules. Slices keep a
large batch's intermediate tensors in a CPU's cache, and bound the memory of an audit.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from i2moe_core.model.expert import Expert, has_batch_norm
from i2moe_core.types import Features

SLICE = 2**19  # numbers in the tokens of one slice: 64 samples of 32 tokens, 256 wide


def stack_versions(
    features: Sequence[Features], replaced: Sequence[Features], sees: Sequence[int]
) -> list[Features]:
    """Stack an expert's distinct inputs along the batch: as they are, then each modality it sees replaced.

    What it does not see stays as it is: (1 + S) * B rows for the S modalities seen, B rows for the others.
    """
    stacked = list(features)
    for m in sees:
        parts = [replaced[m] if version == m else features[m] for version in (-1, *sees)]
        stacked[m] = Features.cat(parts)
    return stacked


def run_stacked(expert: Expert, stacked: Sequence[Features], modalities: int) -> Tensor:
    """Return the logits of all passes, (P, B, C), from the expert's stacked versions.

    The pass that replaces a modality it does not see is its full pass.
    """
    count = 1 + len(expert.sees)
    if expert.training and has_batch_norm(expert):
        logits = torch.stack([expert(part) for part in _unstack(stacked, expert.sees, count)])
    else:
        logits = run(expert, stacked).unflatten(0, (count, -1))  # (1 + S, B, C)
    if count == modalities + 1:
        return logits
    place = {m: n for n, m in enumerate(expert.sees, 1)}
    return torch.stack([logits[0], *(logits[place.get(m, 0)] for m in range(modalities))])


def run(expert: Expert, features: Sequence[Features]) -> Tensor:
    """Return one call's logits, (B, C); on a CPU without a graph slice by slice."""
    seen = [features[m] for m in expert.sees]
    rows = len(seen[0].tokens)
    size = max(1, SLICE // max(1, sum(f.tokens[0].numel() for f in seen))) if rows else 1
    sliced = rows > size and seen[0].tokens.device.type == "cpu" and not torch.is_grad_enabled()
    if not sliced or (expert.training and has_batch_norm(expert)):
        return expert(features)
    parts = [slice(start, start + size) for start in range(0, rows, size)]
    return torch.cat([expert([f[part] for f in features]) for part in parts])


def _unstack(stacked: Sequence[Features], sees: Sequence[int], count: int) -> list[list[Features]]:
    size = len(stacked[sees[0]].tokens) // count
    rows = [slice(n * size, (n + 1) * size) for n in range(count)]
    return [[f[part] if m in sees else f for m, f in enumerate(stacked)] for part in rows]
