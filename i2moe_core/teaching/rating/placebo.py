"""The placebo arm: who gets a shuffled explanation, and how it is shuffled."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

REAL, PLACEBO = "real", "placebo"


def assign_arms(kinds: Sequence[str], random: np.random.Generator) -> list[str]:
    """Return the arm of each item, drawn so that both arms differ by one at most, also within each kind."""
    groups = {kind: [n for n, k in enumerate(kinds) if k == kind] for kind in sorted(set(kinds))}
    order = [n for kind in random.permutation(list(groups)) for n in random.permutation(groups[str(kind)])]
    first = int(random.integers(2))
    arms = [REAL] * len(kinds)
    for place, number in enumerate(order):
        arms[number] = (REAL, PLACEBO)[(place + first) % 2]
    return arms


def derangement(count: int, random: np.random.Generator) -> np.ndarray:
    """Return a permutation, (count,), that leaves nothing in its place; all such are equally likely.

    Drawn again until it fits, which takes e draws on average.

    Raises:
        ValueError: with fewer than two there is none.
    """
    if count < 2:
        raise ValueError(f"a shuffle without anything in its place needs two or more, but there are {count}")
    places = np.arange(count)
    while True:
        order = random.permutation(count)
        if not (order == places).any():
            return order
