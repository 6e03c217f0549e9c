"""Outputs of a frozen network, remembered by the bytes of its input: each picture passes through it once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import torch
from torch import Tensor

GPU_CHUNK = 64  # rows at a time; bounds the memory of a first pass


class FrozenCache:
    """Rows in, rows out; at most ``limit`` bytes are kept, in main memory.

    It sits in the encoder rather than in the data: uploads come as pixels too, and data knows no encoder.
    Once full it keeps what it has: every epoch asks for all rows in a new order, so that throwing out old
    ones would only make room for what is thrown out next. On a CPU rows are computed one by one, so that a
    row's features are the same in any batch, on any day.
    """

    def __init__(self, limit: int) -> None:
        self.limit, self.size = limit, 0
        self._rows: dict[bytes, Tensor] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def rows(self, x: Tensor, compute: Callable[[Tensor], Tensor]) -> Tensor:
        """Return ``compute(x)`` without a graph, (B, ...); only rows never seen before are computed."""
        keys = [_key(row) for row in x.detach().cpu().contiguous()]
        places = {key: place for place, key in enumerate(keys) if key not in self._rows}
        with torch.no_grad(), torch.autocast(x.device.type, enabled=False):
            fresh = self._compute(x, places, compute)
            return torch.stack([fresh[key] if key in fresh else self._rows[key] for key in keys]).to(x.device)

    def _compute(
        self, x: Tensor, places: dict[bytes, int], compute: Callable[[Tensor], Tensor]
    ) -> dict[bytes, Tensor]:
        names, fresh = list(places), dict[bytes, Tensor]()
        chunk = 1 if x.device.type == "cpu" else GPU_CHUNK
        for start in range(0, len(names), chunk):
            part = names[start : start + chunk]
            for key, row in zip(part, compute(x[[places[name] for name in part]]).cpu(), strict=True):
                fresh[key] = row.clone()
                self._keep(key, fresh[key])
        return fresh

    def _keep(self, key: bytes, row: Tensor) -> None:
        weight = row.numel() * row.element_size()
        if self.size + weight <= self.limit:
            self._rows[key] = row
            self.size += weight


def _key(row: Tensor) -> bytes:
    digest = hashlib.blake2b(row.numpy().tobytes(), digest_size=16)
    digest.update(f"{row.dtype}{tuple(row.shape)}".encode())
    return digest.digest()
