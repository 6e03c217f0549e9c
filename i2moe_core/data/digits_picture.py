"""Pictures of ``digits``: real handwriting of 8 x 8 pixels, enlarged on paper, with or without a frame.

Integer draws and + - * / only: the bytes are the same on every machine.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from sklearn.datasets import load_digits

from i2moe_core.data.draws import Draws
from i2moe_core.data.splits import stratified_split

SIZE, _TIMES, _FRAME = 32, 3, 2
_SMALL = 8
_INK_LEVELS = 16  # of the original pixels


@cache
def handwriting(split: str) -> tuple[tuple[np.ndarray, ...], ...]:
    """Return per digit the ink of its originals in a split, (24, 24) in [0, 1].

    The 1,797 originals are split once, before anything is drawn: no handwriting stands in two splits.
    """
    source = load_digits()
    parts = stratified_split(source.target, len(source.target), seed=0)
    ink = _enlarge(source.images.astype(np.int64))
    rows = [np.flatnonzero((parts == split) & (source.target == digit)) for digit in range(10)]
    return tuple(tuple(ink[row] for row in own) for own in rows)


def _enlarge(images: np.ndarray) -> np.ndarray:
    """Enlarge (N, 8, 8) threefold, linearly between the pixels' centres, in thirds: exact integers."""
    weights = np.zeros((_SMALL * _TIMES, _SMALL), dtype=np.int64)
    for row in range(_SMALL * _TIMES):
        own, phase = divmod(row, _TIMES)
        other = min(max(own + phase - 1, 0), _SMALL - 1)
        weights[row, own] += 3 if phase == 1 else 2
        weights[row, other] += 0 if phase == 1 else 1
    return np.einsum("ry,nyx,cx->nrc", weights, images, weights) / (9 * _INK_LEVELS)


def draw_digit(digit: int, framed: bool, split: str, draws: Draws) -> tuple[np.ndarray, np.ndarray]:
    """Write a digit; return the picture (32, 32, 3) uint8 and its ink (32, 32) bool."""
    ink = draws.choice(handwriting(split)[digit])
    top, left = draws.between(3, 5), draws.between(3, 5)
    coverage = np.zeros((SIZE, SIZE))
    coverage[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    paper = np.array([draws.between(195, 250) for _ in range(3)], dtype=np.float64)
    pen = np.array([draws.between(0, 90) for _ in range(3)], dtype=np.float64)
    pixels = paper + coverage[:, :, None] * (pen - paper)
    if framed:
        _add_frame(pixels, draws)
    pixels += draws.fraction(0.0, 6.0) * draws.normals(pixels.size).reshape(pixels.shape)
    return np.rint(np.clip(pixels, 0.0, 255.0)).astype(np.uint8), coverage >= 0.5


def _add_frame(pixels: np.ndarray, draws: Draws) -> None:
    """Paint the outer two pixels in a dark colour."""
    colour = np.array([draws.between(20, 130) for _ in range(3)], dtype=np.float64)
    for side in (pixels[:_FRAME], pixels[-_FRAME:], pixels[:, :_FRAME], pixels[:, -_FRAME:]):
        side[:] = colour
