"""Tucker fusion: a full core tensor between small projections."""

from collections.abc import Sequence
from typing import ClassVar

from torch import Tensor

from i2moe_core.fusion.bilinear.base import Bilinear, bounded_rank, outer
from i2moe_core.fusion.primitives import require_positive
from i2moe_core.linear import Linear


class Tucker(Bilinear):
    """Project each modality to few factors; a learned core tensor weighs all their products.

        z = mlp(((C x_1 f_1) x_2 f_2) ... x_M f_M),  f_m = tanh(W_m x_m + b_m)

    Reference: the Tucker decomposition in Ben-Younes et al., ICCV 2017, section 3. The core C is (rank^M,
    size); by default the largest rank with at most 1,024 products, size out_dim. For M > 2: a core of M + 1
    dimensions (ours).
    """

    phrase: ClassVar[str] = "products weighed by a core tensor (Tucker)"

    def __init__(
        self,
        modalities: int,
        width: int,
        out_dim: int,
        dropout: float = 0.0,
        rank: int | None = None,
        size: int | None = None,
    ) -> None:
        super().__init__(modalities, width, out_dim, dropout)
        self.rank = bounded_rank(modalities, width) if rank is None else rank
        size = out_dim if size is None else size
        require_positive(rank=self.rank, size=size)
        self.build(self.rank, size, dropout)
        self.core = Linear(self.rank**modalities, size, bias=False)

    def project(self, place: int, vectors: Tensor) -> Tensor:
        """Return the modality's factors, (..., rank)."""
        return super().project(place, vectors).tanh()

    def join(self, projected: Sequence[Tensor]) -> Tensor:
        """Return the core contracted with all factors, (..., size)."""
        joined: Tensor = self.core(outer(projected))
        return joined
