"""Lesson 1: small worlds of two inputs and an answer, all binary, and what each input knows, in bits.

EXAMPLES hold how often each of the eight rows happens, in the order of ROWS: (x1, x2, y), y fastest.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from i2moe_core.errors import InputError
from i2moe_core.measures.pid.broja import broja

ROWS = tuple(itertools.product((0, 1), repeat=3))
MOST = 9999.0  # a larger count fits no cell


def _world(rule: Mapping[tuple[int, int], int], often: Mapping[tuple[int, int], int]) -> tuple[float, ...]:
    return tuple(float(often.get((a, b), 0) if rule[a, b] == y else 0) for a, b, y in ROWS)


_PAIRS = ((0, 0), (0, 1), (1, 0), (1, 1))
_ALL = dict.fromkeys(_PAIRS, 1)
EXAMPLES: Mapping[str, tuple[float, ...]] = {
    "and": _world({(a, b): a & b for a, b in _PAIRS}, _ALL),
    "xor": _world({(a, b): a ^ b for a, b in _PAIRS}, _ALL),
    "copy": _world({(a, b): a for a, b in _PAIRS}, {(0, 0): 1, (1, 1): 1}),
    "unique": _world({(a, b): a for a, b in _PAIRS}, _ALL),
}


@dataclass(frozen=True)
class Atoms:
    """The four parts of I(X1, X2; Y) in bits, in the experts' order; ``total`` is their sum."""

    unique_1: float
    unique_2: float
    synergy: float
    redundancy: float
    total: float

    @property
    def parts(self) -> tuple[float, float, float, float]:
        """The parts in the order of the experts: unique 1, unique 2, synergy, redundancy."""
        return self.unique_1, self.unique_2, self.synergy, self.redundancy


def atoms(counts: Sequence[float]) -> Atoms:
    """Decompose a world, eight counts or probabilities in the order of ROWS, by BROJA.

    Raises:
        InputError: there are not eight numbers, one is negative or unbounded, or all are 0.
    """
    if len(counts) != len(ROWS):
        raise InputError(f"The table has {len(counts)} rows; it needs eight, one for each x1, x2 and y.")
    found = broja(np.asarray(counts, dtype=np.float64).reshape(2, 2, 2))
    return Atoms(found.unique_1, found.unique_2, found.synergy, found.redundancy, found.joint)


def written(counts: Sequence[float]) -> str:
    """Return a world as letters for a link: eight numbers with blanks between them."""
    return " ".join(f"{count:g}" for count in counts)


def read(code: str) -> tuple[float, ...] | None:
    """Return the world of a link; None where it is no table that can be decomposed."""
    try:
        counts = tuple(float(part) for part in code.split())
    except ValueError:
        return None
    fits = len(counts) == len(ROWS) and all(math.isfinite(n) and 0 <= n <= MOST for n in counts)
    return counts if fits and sum(counts) > 0 else None
