"""Factorised bilinear pooling: products of projections, summed in groups."""

from collections.abc import Sequence
from typing import ClassVar

from torch import Tensor

from i2moe_core.fusion.bilinear.base import Bilinear, product, sum_pool
from i2moe_core.fusion.primitives import Dropout, power_normalize, require_positive


class MFB(Bilinear):
    """Project each modality, multiply, and sum groups of ``rank`` products (MFB).

        z = mlp(power_normalize(sum_pool(dropout((W_1 x_1 + b_1) * ... * (W_M x_M + b_M)), rank)))

    Reference: Yu et al., ICCV 2017, section 3 (size 1,000 there; by default out_dim). The biases, which let
    lower orders in, are not in its formula. For M > 2: the product of all projections (ours).
    """

    phrase: ClassVar[str] = "factorised products (MFB)"

    def __init__(
        self,
        modalities: int,
        width: int,
        out_dim: int,
        dropout: float = 0.0,
        size: int | None = None,
        rank: int = 5,
    ) -> None:
        super().__init__(modalities, width, out_dim, dropout)
        size = out_dim if size is None else size
        require_positive(size=size, rank=rank)
        self.rank = rank
        self.drop = Dropout(dropout)
        self.build(size * rank, size, dropout)

    def join(self, projected: Sequence[Tensor]) -> Tensor:
        """Return the pooled products, (..., size)."""
        return power_normalize(sum_pool(self.drop(product(projected)), self.rank))
