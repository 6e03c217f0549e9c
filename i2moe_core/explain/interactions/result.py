"""What a sample's pairs are once estimated: plain arrays, the ranked list, the word for each patch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from i2moe_core.errors import InputError
from i2moe_core.explain.attribution.result import Cell

ORDERS = ("absolute", "positive", "negative", "redundancy")


@dataclass(frozen=True)
class Pair:
    """One cell of each side, for one target.

    places: their numbers among the sides' cells. index: above 0 they say more together than the sum of what
    they say apart, below 0 less. redundancy, share: see ``PairInteractions``. Half-widths: of 95% intervals.
    """

    first: Cell
    second: Cell
    places: tuple[int, int]
    index: float
    half_width: float
    redundancy: float
    redundancy_half: float
    share: float

    @property
    def certain(self) -> bool:
        """Whether the index's interval leaves out zero."""
        return abs(self.index) > self.half_width


@dataclass(frozen=True)
class PairInteractions:
    """Interactions of all pairs of two modalities' cells, for T targets, estimated on the same coalitions.

    modalities: the two. first, second: their cells (a picture's on ``grid`` x ``grid`` patches where it is
        not None). targets, labels, experts: key, words and expert (None: the mixture) of each target.
    coalitions: how many were drawn. baseline: what a removed part became.
    index, half_width: (T, |A|, |B|) Shapley interaction index in the target's units, and the half-width of
        each single one's 95% interval (of many, one in twenty misses its true value). A positive index can
        mean that the two point at the answer together, or that the word takes away what a patch that
        distracts would do without it.
    redundancy, redundancy_half: (T, |A|, |B|) redundancy gap in the target's units: how much less the two say
        together than apart, where both alone point to the same side.
    share: (T, |A|, |B|) the gap as a part of what the weaker of the two says alone: 1 where either
        suffices, nan where they never both say something to the same side.
    """

    run_id: str
    sample_id: str
    modalities: tuple[str, str]
    grid: int | None
    first: tuple[Cell, ...]
    second: tuple[Cell, ...]
    targets: tuple[str, ...]
    labels: tuple[str, ...]
    experts: tuple[str | None, ...]
    coalitions: int
    baseline: Mapping[str, str]
    index: np.ndarray
    half_width: np.ndarray
    redundancy: np.ndarray
    redundancy_half: np.ndarray
    share: np.ndarray

    def row(self, target: str) -> int:
        """Return the number of a target by its key.

        Raises:
            InputError: the target was not asked for.
        """
        if target not in self.targets:
            known = ", ".join(self.targets)
            raise InputError(f"Pairs were not estimated for '{target}'; there are: {known}.")
        return self.targets.index(target)

    def pair(self, target: str, a: int, b: int) -> Pair:
        """Return the pair of cell ``a`` of the first side and cell ``b`` of the second."""
        at = (self.row(target), a, b)
        numbers = (self.index, self.half_width, self.redundancy, self.redundancy_half, self.share)
        return Pair(self.first[a], self.second[b], (a, b), *(float(x[at]) for x in numbers))

    def ranked(self, target: str, count: int = 10, by: str = "absolute") -> tuple[Pair, ...]:
        """Return the first ``count`` pairs in one of ORDERS; pairs of equal size in the order of the cells.

        Raises:
            InputError: the target or the order is unknown.
        """
        if by not in ORDERS:
            raise InputError(f"Pairs can be ranked by {', '.join(ORDERS)}, but not by '{by}'.")
        row = self.row(target)
        index = self.index[row].ravel()
        keys = {"absolute": -np.abs(index), "positive": -index, "negative": index}
        key = keys[by] if by in keys else -self.redundancy[row].ravel()
        places = np.argsort(key, kind="stable")[:count]
        return tuple(self.pair(target, *divmod(int(place), len(self.second))) for place in places)

    def best_word_per_patch(self, target: str) -> tuple[Pair, ...]:
        """Return for each cell of the first side the cell of the second with the largest absolute index."""
        best = np.abs(self.index[self.row(target)]).argmax(1)
        return tuple(self.pair(target, a, int(b)) for a, b in enumerate(best))
