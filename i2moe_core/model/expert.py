"""One interaction expert: a fusion of the modalities it may see, and a head."""

from collections.abc import Sequence

from torch import Tensor, nn

from i2moe_core.fusion import Fusion
from i2moe_core.fusion.primitives import Dropout
from i2moe_core.linear import Linear
from i2moe_core.types import Features


class Expert(nn.Module):
    """A fusion with a linear head: features of all modalities to logits (B, C).

    sees: the modalities it is given; the others never reach it. offset, scale: a regression's mean and
    standard deviation, so that the logits are in the target's own units.
    """

    def __init__(
        self,
        fusion: Fusion,
        classes: int,
        sees: Sequence[int],
        dropout: float = 0.0,
        offset: float = 0.0,
        scale: float = 1.0,
    ) -> None:
        super().__init__()
        self.sees = tuple(sees)
        self.offset, self.scale = offset, scale
        self.fusion = fusion
        self.dropout = Dropout(dropout)
        self.head = Linear(fusion.out_dim, classes)

    def embed(self, features: Sequence[Features]) -> list[Tensor] | None:
        """Return what the fusion makes of each modality seen by itself, (B, W) each; None if nothing."""
        parts = [self.fusion.embed(place, features[m]) for place, m in enumerate(self.sees)]
        known = [part for part in parts if part is not None]
        return known if len(known) == len(parts) else None

    def forward(self, features: Sequence[Features], embedded: Sequence[Tensor] | None = None) -> Tensor:
        """Return logits, (B, C); ``embedded``: what ``embed`` gave, where it is known already."""
        seen = [features[m] for m in self.sees]
        fused = self.fusion(seen) if embedded is None else self.fusion(seen, embedded)
        logits = self.head(self.dropout(fused))
        return logits if self.scale == 1 and self.offset == 0 else self.offset + self.scale * logits


def has_batch_norm(module: nn.Module) -> bool:
    """Say whether stacking passes into the batch would change the module's statistics."""
    return any(isinstance(part, nn.modules.batchnorm._BatchNorm) for part in module.modules())
