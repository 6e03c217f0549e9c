"""Who a sample is: a name made of its contents, and the random draws that belong to that name."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch


def fingerprint(values: Mapping[str, Any]) -> str:
    """Return the sha256 of a sample's names, shapes and contents; missing modalities do not count."""
    total = hashlib.sha256()
    for name in sorted(values):
        if values[name] is None:
            continue
        for part in (name.encode(), *_contents(values[name])):
            total.update(len(part).to_bytes(8, "big") + part)
    return total.hexdigest()


def seeded_generator(*names: object) -> torch.Generator:
    """Return a generator whose draws follow from ``names`` alone, on any day and in any process."""
    return torch.Generator().manual_seed(seed_of(*names))


def seed_of(*names: object) -> int:
    """Return a seed of 63 bits made of ``names``."""
    digest = hashlib.sha256("\0".join(str(name) for name in names).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def _contents(value: Any) -> tuple[bytes, bytes]:
    if isinstance(value, Path):
        value = value.read_bytes()
    if isinstance(value, bytes):
        return b"bytes", value
    if isinstance(value, str):
        return b"text", value.encode("utf-8", "surrogatepass")
    array = np.ascontiguousarray(value)
    return f"{array.dtype}{array.shape}".encode(), array.tobytes()
