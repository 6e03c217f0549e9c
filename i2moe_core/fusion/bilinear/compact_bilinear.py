"""Compact bilinear pooling: the sketch of an outer product, computed without it.

The Fourier transform of a modality's sketch depends on that modality alone: it is what ``embed`` gives.
"""

from collections.abc import Sequence
from typing import ClassVar

import torch
from torch import Tensor
from torch.nn.functional import normalize

from i2moe_core.fusion.bilinear.base import Bilinear, product
from i2moe_core.fusion.primitives import Dropout, mlp, power_normalize, require_positive

# Of the sketch's length, inside the root: most bins of a long sketch hold nothing but the FFT's rounding,
# which a root without a floor blows up a thousand times.
FLOOR = 1e-4


class CompactBilinear(Bilinear):
    """All products of all features, hashed into a short vector: count sketches convolved by FFT (MCB).

        psi_m[k] = sum of s_m(i) x_m[i] over i with h_m(i) = k
        z = mlp(dropout(power_normalize(iFFT(FFT(psi_1) * ... * FFT(psi_M)))))

    Reference: Fukui et al., EMNLP 2016, section 3.1; 16,000 numbers there (option ``size``). The hashes h and
    signs s are drawn once from ``seed``, for all experts alike, and saved with the weights. The dropout
    is ours: without it so many bins overfit. For M > 2: the convolution of M sketches, which is the sketch of
    the M-fold outer product.
    """

    phrase: ClassVar[str] = "hashed products (MCB)"
    hashes: Tensor
    signs: Tensor

    def __init__(
        self, modalities: int, width: int, out_dim: int, dropout: float = 0.0, size: int = 512, seed: int = 0
    ) -> None:
        super().__init__(modalities, width, out_dim, dropout)
        require_positive(size=size)
        self.size = size
        generator = torch.Generator().manual_seed(seed)
        drawn = torch.randint(size, (modalities, width), generator=generator)
        signs = torch.randint(2, (modalities, width), generator=generator) * 2.0 - 1
        self.register_buffer("hashes", drawn)
        self.register_buffer("signs", signs)
        self.drop = Dropout(dropout)
        self.close = mlp(size, out_dim, out_dim, dropout)

    def sketch(self, place: int, vectors: Tensor) -> Tensor:
        """Return the count sketch of (..., D), (..., size)."""
        empty = vectors.new_zeros(*vectors.shape[:-1], self.size)
        return empty.index_add(-1, self.hashes[place], vectors * self.signs[place].to(vectors.dtype))

    def project(self, place: int, vectors: Tensor) -> Tensor:
        """Return the sketch's Fourier transform, complex (..., size // 2 + 1)."""
        full = vectors.to(torch.promote_types(vectors.dtype, torch.float32))  # FFTs know no bfloat16
        return torch.fft.rfft(self.sketch(place, full))

    def convolve(self, projected: Sequence[Tensor]) -> Tensor:
        """Return the sketch of the outer product, (..., size)."""
        return torch.fft.irfft(product(projected), self.size)

    def join(self, projected: Sequence[Tensor]) -> Tensor:
        """Return the sketch of the outer product, normalised, (..., size)."""
        sketch = normalize(self.convolve(projected), dim=-1, eps=1e-6)
        return self.drop(power_normalize(sketch, FLOOR))
