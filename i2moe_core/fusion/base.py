"""What every fusion is: a module from M modalities' features to one vector."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from torch import Tensor, nn

from i2moe_core.types import Features


class Fusion(nn.Module):
    """Fuse M modalities.

    least: the fewest it fuses; an expert that sees fewer gets ``OneModality`` in its place.
    reads_layers: whether the encoders shall fill ``Features.layers``.
    reads_tokens: False where the pooled vectors are all it reads, so that nobody need copy tokens for it.

    Every fusion is built as ``Fusion(modalities, width, out_dim, dropout, **options)``: the number M of
    modalities, the width D of their tokens, the width of the result, the dropout rate.
    """

    least: ClassVar[int] = 1
    reads_layers: ClassVar[bool] = False
    reads_tokens: ClassVar[bool] = True

    def __init__(self, modalities: int, width: int, out_dim: int, dropout: float = 0.0) -> None:
        super().__init__()
        if modalities < self.least:
            raise ValueError(f"{type(self).__name__} fuses {self.least} modalities or more, not {modalities}")
        self.modalities, self.width, self.out_dim = modalities, width, out_dim

    @classmethod
    def options_for(cls, sees: Sequence[int], modalities: int, options: Mapping[str, Any]) -> dict[str, Any]:
        """Return the options of an expert that is given the modalities ``sees``, of so many."""
        return dict(options)

    def forward(self, features: Sequence[Features]) -> Tensor:
        """Return the fused vectors, (B, out_dim)."""
        raise NotImplementedError

    def embed(self, place: int, features: Features) -> Tensor | None:
        """Return what this fusion makes of its modality number ``place`` whatever the others are, (B, W).

        Where it is no None, ``forward`` takes these of all modalities as ``embedded`` and does not compute
        them again: of use where one modality meets many versions of the others. It draws no random numbers:
        dropout falls on what is made of all of them, apart for each version.
        """
        return None
