"""Random integers that are the same on every machine: the raw words of PCG64 and integer arithmetic."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

import numpy as np

Item = TypeVar("Item")
_CHUNK = 4096
_NORMAL_SPREAD = 37837.0  # sd of the sum of four uniform 16-bit numbers: sqrt(4 / 12) * 65536


class Draws:
    """A stream of integers, fixed by its key (for example seed and split)."""

    def __init__(self, *key: int) -> None:
        self._bits = np.random.PCG64(list(key))
        self._words = self._stream()

    def _stream(self) -> Iterator[int]:
        while True:
            yield from self._bits.random_raw(_CHUNK).tolist()

    def below(self, n: int) -> int:
        """Return an integer in [0, n); the bias of the multiplication is below n / 2**32."""
        return ((next(self._words) >> 32) * n) >> 32

    def between(self, low: int, high: int) -> int:
        """Return an integer in [low, high]."""
        return low + self.below(high - low + 1)

    def fraction(self, low: float, high: float) -> float:
        """Return one of 1,001 evenly spaced numbers in [low, high]."""
        return low + (high - low) * (self.below(1001) / 1000)

    def choice(self, items: Sequence[Item]) -> Item:
        """Return one of ``items``."""
        return items[self.below(len(items))]

    def permutation(self, n: int) -> list[int]:
        """Return 0 .. n - 1 in random order."""
        order = list(range(n))
        for last in range(n - 1, 0, -1):
            other = self.below(last + 1)
            order[last], order[other] = order[other], order[last]
        return order

    def normals(self, count: int) -> np.ndarray:
        """Return ``count`` numbers of mean 0 and sd 1, nearly normal: sums of four 16-bit integers."""
        words = self._bits.random_raw(count)
        total = np.zeros(count, dtype=np.int64)
        for shift in (0, 16, 32, 48):
            total += ((words >> np.uint64(shift)) & np.uint64(0xFFFF)).astype(np.int64)
        return (total - 131070) / _NORMAL_SPREAD
