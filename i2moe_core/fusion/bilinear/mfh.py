"""Factorised bilinear pooling of higher order: each block's products are multiplied onto the block before."""

from collections.abc import Sequence
from typing import ClassVar

import torch
from torch import Tensor

from i2moe_core.fusion.bilinear.base import Bilinear, product, sum_pool
from i2moe_core.fusion.primitives import Dropout, power_normalize, require_positive


class MFH(Bilinear):
    """Blocks of factorised products in a row, each multiplied by the one before, side by side (MFH).

        u_1 = dropout(p_1),  u_k = dropout(u_{k-1} * p_k),  p_k = product over m of (W_mk x_m + b_mk)
        z = mlp([z_1; ...; z_K]),  z_k = power_normalize(sum_pool(u_k, rank))

    Reference: Yu et al., IEEE TNNLS 2018 (size 1,000 there; by default out_dim); K is
    ``order``. The biases are not in its formula. For M > 2: the product of all projections (ours).
    """

    phrase: ClassVar[str] = "factorised products of higher order (MFH)"

    def __init__(
        self,
        modalities: int,
        width: int,
        out_dim: int,
        dropout: float = 0.0,
        size: int | None = None,
        rank: int = 5,
        order: int = 2,
    ) -> None:
        super().__init__(modalities, width, out_dim, dropout)
        size = out_dim if size is None else size
        require_positive(size=size, rank=rank, order=order)
        self.rank, self.order = rank, order
        self.drop = Dropout(dropout)
        self.build(order * size * rank, order * size, dropout)

    def join(self, projected: Sequence[Tensor]) -> Tensor:
        """Return the blocks' pooled products side by side, (..., order * size)."""
        blocks = product(projected).chunk(self.order, -1)
        chain = [self.drop(blocks[0])]
        for block in blocks[1:]:
            chain.append(self.drop(chain[-1] * block))
        return torch.cat([power_normalize(sum_pool(u, self.rank)) for u in chain], -1)
