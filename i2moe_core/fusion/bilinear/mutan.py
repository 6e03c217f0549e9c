"""Tucker fusion whose core tensor is a sum of few products."""

from collections.abc import Sequence
from typing import ClassVar

from torch import Tensor, nn

from i2moe_core.fusion.bilinear.base import Bilinear, product, sum_pool
from i2moe_core.fusion.primitives import require_positive
from i2moe_core.linear import Linear


class Mutan(Bilinear):
    """Tucker fusion with a core tensor of low rank: a sum of ``rank`` products (MUTAN).

        z = mlp(sum_r (N_1r f_1) * ... * (N_Mr f_M)),  f_m = tanh(W_m x_m + b_m)

    Reference: Ben-Younes et al., ICCV 2017, section 3. By default as many factors as the width, size out_dim.
    For M > 2: the product of all modalities' terms (ours).
    """

    phrase: ClassVar[str] = "products by a low-rank core (MUTAN)"

    def __init__(
        self,
        modalities: int,
        width: int,
        out_dim: int,
        dropout: float = 0.0,
        factors: int | None = None,
        size: int | None = None,
        rank: int = 5,
    ) -> None:
        super().__init__(modalities, width, out_dim, dropout)
        factors, size = width if factors is None else factors, out_dim if size is None else size
        require_positive(factors=factors, size=size, rank=rank)
        self.rank = rank
        self.build(factors, size, dropout)
        self.terms = nn.ModuleList(Linear(factors, size * rank, bias=False) for _ in range(modalities))  # N_m

    def project(self, place: int, vectors: Tensor) -> Tensor:
        """Return the modality's part of every term, (..., size * rank)."""
        terms: Tensor = self.terms[place](super().project(place, vectors).tanh())
        return terms

    def join(self, projected: Sequence[Tensor]) -> Tensor:
        """Return the sum of the terms, (..., size)."""
        return sum_pool(product(projected), self.rank)
