"""Training, validation and test parts drawn by seed, each label in each part, equal samples kept together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from i2moe_core.data.draws import Draws
from i2moe_core.types import SPLITS


def stratified_split(
    labels: Sequence[Any] | np.ndarray | None,
    n: int,
    seed: int,
    fractions: tuple[float, float, float] = (0.7, 0.15, 0.15),
    groups: Sequence[Any] | np.ndarray | None = None,
) -> np.ndarray:
    """Assign n samples to the SPLITS, (N,) str, label by label.

    Every label keeps at least one training sample. Samples of one group share a split (by the label of the
    group's first sample).
    """
    order = [str(label) for label in labels] if labels is not None else [""] * n
    members = _members(groups if groups is not None else range(n))
    draws = Draws(seed, 7)
    strata: dict[str, list[list[int]]] = {}
    for rows in members:
        strata.setdefault(order[rows[0]], []).append(rows)
    splits = np.full(n, SPLITS[0], dtype="<U10")
    seen, given = 0, {1: 0, 2: 0}
    for label in sorted(strata):
        stratum = strata[label]
        seen += len(stratum)
        spare = len(stratum) - 1
        shuffled = iter(draws.permutation(len(stratum)))
        for part in (1, 2):
            # The running total is rounded, not each label's count: many small labels still fill all parts.
            count = min(spare, round(fractions[part] * seen) - given[part])
            for _ in range(count):
                splits[stratum[next(shuffled)]] = SPLITS[part]
            spare, given[part] = spare - max(count, 0), given[part] + max(count, 0)
    return splits


def _members(groups: Sequence[Any] | np.ndarray | range) -> list[list[int]]:
    """Return the row numbers of each group, in order of first appearance."""
    rows: dict[Any, list[int]] = {}
    for row, group in enumerate(groups):
        rows.setdefault(group, []).append(row)
    return list(rows.values())
