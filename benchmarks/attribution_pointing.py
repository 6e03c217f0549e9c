"""Does a map point at what decides? Its highest point and its top word against the known ones.

Every map is smoothed alike before its highest pixel is taken (Gaussian, one pixel in 32):
a single bright pixel is noise, and a map of patches has no highest pixel otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.ndimage import gaussian_filter

from i2moe_core.explain.attribution.result import Attribution, Cell
from i2moe_core.types import REDUNDANCY, SYNERGY, UNIQUE, Truth

POINTED = {
    "image": (f"{UNIQUE}:image", REDUNDANCY, SYNERGY),
    "text": (f"{UNIQUE}:text", REDUNDANCY, SYNERGY),
}
SMOOTHING = 1 / 32  # of the picture's side


def points_at(
    item: Attribution, cells: Sequence[Cell], truth: Truth, row: int, modality: str
) -> float | None:
    """Return whether the map's top lies on what decides; None where it says or should say nothing.

    Several equal tops count by the share of them that hit.
    """
    if modality not in item.maps or truth.interactions[row] not in POINTED[modality]:
        return None
    return (_image_hit if modality == "image" else _text_hit)(item, cells, truth, row)


def random_hit(cells: Sequence[Cell], truth: Truth, row: int, modality: str) -> float | None:
    """Return how often a random pixel or word would hit."""
    if truth.interactions[row] not in POINTED[modality]:
        return None
    if modality == "image":
        return None if truth.pixel_masks is None else float(truth.pixel_masks[row].mean())
    words = [cell for cell in cells if cell.kind == "text" and cell.place[1] > 0]
    return float(np.mean([_decides(cell, truth, row) for cell in words]))


def _image_hit(item: Attribution, cells: Sequence[Cell], truth: Truth, row: int) -> float | None:
    if truth.pixel_masks is None:
        return None
    smooth = gaussian_filter(item.maps["image"], SMOOTHING * item.maps["image"].shape[0], mode="nearest")
    return float(truth.pixel_masks[row][smooth == smooth.max()].mean())


def _text_hit(item: Attribution, cells: Sequence[Cell], truth: Truth, row: int) -> float | None:
    words = [(value, cell) for value, cell in zip(item.cells, cells, strict=True) if cell.kind == "text"]
    top = max(value for value, _ in words)
    return float(np.mean([_decides(cell, truth, row) for value, cell in words if value == top]))


def _decides(cell: Cell, truth: Truth, row: int) -> bool:
    spans = () if truth.word_masks is None else truth.word_masks[row]
    return any(cell.place[0] < end and start < cell.place[1] for start, end in spans)
