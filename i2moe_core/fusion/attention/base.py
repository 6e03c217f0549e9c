"""What the fusions share in which one modality asks and the others are looked at."""

from collections.abc import Sequence
from typing import ClassVar

from torch import Tensor

from i2moe_core.fusion.base import Fusion
from i2moe_core.fusion.primitives import AttentionPool, guide_place
from i2moe_core.types import Features


class Guided(Fusion):
    """One modality, the guide, is pooled to a question; the others are what it is asked of.

    guide: which modality asks; by default the last one, the text in image-text data. The published models
    read the question off a recurrent network's last state; the attention pool is ours, the same for all.
    """

    least: ClassVar[int] = 2

    def __init__(
        self, modalities: int, width: int, out_dim: int, dropout: float = 0.0, guide: int = -1
    ) -> None:
        super().__init__(modalities, width, out_dim, dropout)
        self.guide = guide_place(guide, modalities)
        self.others = [m for m in range(modalities) if m != self.guide]
        self.pool = AttentionPool(width)

    def question(self, features: Sequence[Features]) -> Tensor:
        """Return the guide's vector, (B, D)."""
        guide = features[self.guide]
        pooled: Tensor = self.pool(guide.tokens, guide.mask)
        return pooled

    def asked(self, features: Sequence[Features]) -> list[Features]:
        """Return all modalities but the guide, in order."""
        return [features[m] for m in self.others]
