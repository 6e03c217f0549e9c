"""What an attribution is once it is computed: plain arrays, ready to be drawn, tested and exported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Cell:
    """One removable part of a sample: a patch of a picture, a word of a text, a run of an array's numbers.

    place: patch (top, left, bottom, right) in pixels of the picture as the model sees it; word (start, end)
    in characters; run of numbers (first, last + 1), of time steps where the array is a sequence.
    """

    modality: str
    kind: str  # image, text or array
    label: str
    place: tuple[int, ...]


@dataclass(frozen=True)
class Attribution:
    """How much each cell moved one target, up (positive) or down (negative).

    maps: modality -> the method's numbers at its own grain: picture (S, S) summed over channels, text (T,)
        one a piece, array as its input. Modalities that the method says nothing of are absent.
    cells: (F,) one number a cell, in the order of ``Attributions.cells``; nan where the method is silent.
    value, baseline_value: the target for the sample as given and for the baseline.
    gap: |sum of the attributions - (value - baseline_value)| as a share of the difference; None where the
        method does not promise that they are equal.
    shares: modality -> its part of the total absolute attribution over the cells; they sum to 1.
    """

    target: str
    label: str
    expert: str | None
    maps: Mapping[str, np.ndarray]
    cells: np.ndarray
    value: float
    baseline_value: float
    gap: float | None
    shares: Mapping[str, float]


@dataclass(frozen=True)
class Attributions:
    """One method's attributions of one sample to several targets, over the same cells."""

    run_id: str
    sample_id: str
    method: str
    baseline: Mapping[str, str]
    cells: tuple[Cell, ...]
    items: tuple[Attribution, ...]

    def __getitem__(self, target: str) -> Attribution:
        for item in self.items:
            if item.target == target:
                return item
        raise KeyError(target)
