"""Tensor fusion: every product of one factor per modality, lower orders included by an appended 1."""

from collections.abc import Sequence
from typing import ClassVar

from torch import Tensor, nn

from i2moe_core.fusion.bilinear.base import Bilinear, bounded_rank, outer
from i2moe_core.fusion.primitives import require_positive


class TensorFusion(Bilinear):
    """Outer product of the projected vectors, each with an appended 1.

        z = mlp([W_1 x_1; 1] (x) ... (x) [W_M x_M; 1])

    Reference: Zadeh et al., EMNLP 2017, section 3.2. The projection to ``rank`` factors is ours: it bounds
    the (rank + 1)^M products. By default the largest rank whose products number at most 1,024.
    """

    least: ClassVar[int] = 1
    phrase: ClassVar[str] = "all products (tensor fusion)"

    def __init__(
        self, modalities: int, width: int, out_dim: int, dropout: float = 0.0, rank: int | None = None
    ) -> None:
        super().__init__(modalities, width, out_dim, dropout)
        self.rank = bounded_rank(modalities, width, 1) if rank is None else rank
        require_positive(rank=self.rank)
        self.build(self.rank, (self.rank + 1) ** modalities, dropout)

    def project(self, place: int, vectors: Tensor) -> Tensor:
        """Return the factors and the appended 1, (..., rank + 1)."""
        return nn.functional.pad(super().project(place, vectors), (0, 1), value=1.0)

    def join(self, projected: Sequence[Tensor]) -> Tensor:
        """Return all products of one factor per modality, (..., (rank + 1)^M)."""
        return outer(projected)
