"""What an expert's passes read: each modality as it is and replaced, stacked along the batch.

In M + 1 passes a modality has two versions only. A fusion of two stages embeds each of them once, and what it
made of them is stacked instead; where it reads pooled vectors only, no token is copied.
"""

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from i2moe_core.fusion import Fusion
from i2moe_core.model.expert import Expert
from i2moe_core.types import Features


class Versions:
    """The inputs of all passes, put together once for all experts that read the same of them.

    An expert that sees S modalities has 1 + S distinct passes: as it is, then each of them replaced.
    """

    def __init__(self, features: Sequence[Features], replaced: Sequence[Features]) -> None:
        self.features, self.replaced = features, replaced
        self._stacked: dict[tuple[tuple[int, ...], bool], list[Features]] = {}
        self._both: dict[bool, list[Features]] = {}

    def stacked(self, expert: Expert) -> list[Features]:
        """Return each modality's (1 + S) * B rows; B rows, as they are, of what the expert does not see."""
        key = expert.sees, expert.fusion.reads_tokens
        if key not in self._stacked:
            own, other = self._read_by(expert)
            stacked = list(own)
            for m in expert.sees:
                stacked[m] = Features.cat([other[m] if v == m else own[m] for v in _distinct(expert)])
            self._stacked[key] = stacked
        return self._stacked[key]

    def embedded(self, expert: Expert) -> list[Tensor] | None:
        """Return what its fusion makes of each modality seen, ((1 + S) * B, W), each version embedded once.

        None where it makes nothing of single modalities, and where an expert sees one only: that has no
        version twice.
        """
        able = len(expert.sees) > 1 and type(expert.fusion).embed is not Fusion.embed
        parts = expert.embed(self._once(expert)) if able else None
        if parts is None:
            return None
        pairs = [part.chunk(2) for part in parts]
        return [
            torch.cat([other if v == m else own for v in _distinct(expert)])
            for m, (own, other) in zip(expert.sees, pairs, strict=True)
        ]

    def _once(self, expert: Expert) -> list[Features]:
        """Return both versions of each modality, 2 * B rows."""
        key = expert.fusion.reads_tokens
        if key not in self._both:
            pairs = zip(*self._read_by(expert), strict=True)
            self._both[key] = [Features.cat(pair) for pair in pairs]
        return self._both[key]

    def _read_by(self, expert: Expert) -> tuple[Sequence[Features], Sequence[Features]]:
        """Return both versions, without tokens where the expert's fusion reads none."""
        if expert.fusion.reads_tokens:
            return self.features, self.replaced
        own, other = ([_only_pooled(f) for f in version] for version in (self.features, self.replaced))
        return own, other


def _distinct(expert: Expert) -> tuple[int, ...]:
    """Return which modality is replaced in each of the expert's distinct passes, -1: none."""
    return (-1, *expert.sees)


def _only_pooled(features: Features) -> Features:
    return replace(features, tokens=features.tokens[:, :0], mask=features.mask[:, :0])
