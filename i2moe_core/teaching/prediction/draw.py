"""Which samples are asked, in which order: drawn without replacement, balanced over the interactions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def balanced_draw(kinds: Sequence[str | None], count: int, seed: int) -> np.ndarray:
    """Return the rows of at most ``count`` different samples in the order in which they are asked, (n,).

    kinds: the interaction of each sample, None for samples that cannot be asked. Every interaction gets
    equally many as far as it has that many; who is asked, and in which order, is drawn by ``seed``. The order
    is drawn over all, so that what has been asked tells little of what comes.
    """
    random = np.random.default_rng(seed)
    groups = [random.permutation(_rows(kinds, kind)) for kind in sorted({k for k in kinds if k is not None})]
    random.shuffle(groups)  # who gets one more where the count cannot be divided
    turns = max((len(group) for group in groups), default=0)
    dealt = [int(group[turn]) for turn in range(turns) for group in groups if turn < len(group)][:count]
    return random.permutation(np.array(dealt, dtype=np.int64))


def _rows(kinds: Sequence[str | None], wanted: str) -> np.ndarray:
    return np.array([row for row, kind in enumerate(kinds) if kind == wanted], dtype=np.int64)
