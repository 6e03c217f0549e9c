"""Pictures of ``scenes``: 32 x 32, a background with clutter and three coloured shapes.

Only integer draws, + - * / and sqrt: the bytes are the same on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from i2moe_core.data.draws import Draws

SIZE = 32
SHAPES = ("circle", "triangle", "cross")
COLOURS = ("red", "green", "blue", "yellow", "purple", "orange")
_PALETTE = ((215, 45, 45), (45, 165, 65), (50, 85, 215), (235, 210, 50), (145, 60, 180), (240, 135, 30))
_ROWS, _COLUMNS = np.mgrid[0:SIZE, 0:SIZE].astype(np.float64)


@dataclass(frozen=True)
class Disk:
    """The place of an object: centre (y, x) and radius, in pixels."""

    y: float
    x: float
    radius: float


def draw_picture(
    shapes: list[int], colours: list[int], draws: Draws, contrast: float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    """Draw three objects; return the picture (32, 32, 3) uint8 and their masks (3, 32, 32) bool.

    contrast: how far the objects stand out, from 1 (painted over the ground) towards 0 (not to be seen).
    """
    pixels = _background(draws)
    _add_clutter(pixels, draws)
    masks = np.empty((len(shapes), SIZE, SIZE), dtype=bool)
    for number, place in enumerate(_places(len(shapes), draws)):
        coverage = np.clip(0.5 - _distance(shapes[number], place), 0.0, 1.0)
        pixels += contrast * coverage[:, :, None] * (_paint(colours[number], draws) - pixels)
        masks[number] = coverage >= 0.5
    return np.rint(np.clip(pixels, 0.0, 255.0)).astype(np.uint8), masks


def _background(draws: Draws) -> np.ndarray:
    """Return a dark or light ground with a tint, a texture and noise, (32, 32, 3)."""
    level = draws.between(20, 89) + 145 * draws.below(2)
    tint = np.array([draws.between(-12, 12) for _ in range(3)], dtype=np.float64)
    noise = draws.fraction(0.0, 5.0) * draws.normals(SIZE * SIZE * 3).reshape(SIZE, SIZE, 3)
    return noise + (_texture(draws)[:, :, None] + (level + tint))


def _texture(draws: Draws) -> np.ndarray:
    """Return a plain ground (half of all), a diagonal gradient or stripes, (32, 32)."""
    kind = draws.below(4)
    if kind == 1:
        strength = draws.between(-20, 20)
        return (_ROWS + _COLUMNS - (SIZE - 1)) * (strength / (SIZE - 1))
    if kind == 2:
        along, period = (_ROWS if draws.below(2) else _COLUMNS), draws.between(2, 4)
        return (np.floor(along / period) % 2 * 2 - 1) * draws.between(-14, 14)
    return np.zeros((SIZE, SIZE))


def _add_clutter(pixels: np.ndarray, draws: Draws) -> None:
    """Put 1 to 5 grey specks and thin lines on the ground."""
    for _ in range(draws.between(1, 5)):
        shade = draws.between(25, 59) * (2 * draws.below(2) - 1)
        y, x = draws.below(SIZE), draws.below(SIZE)
        if draws.below(2):
            top, left = max(y - 2, 0), max(x - 2, 0)
            rows, columns = _ROWS[top : y + 3, left : x + 3] - y, _COLUMNS[top : y + 3, left : x + 3] - x
            speck = np.clip(1.8 - np.sqrt(rows * rows + columns * columns), 0.0, 1.0)
            pixels[top : y + 3, left : x + 3] += shade * speck[:, :, None]
        else:
            length = draws.between(4, 10)
            down, across = (length, 1) if draws.below(2) else (1, length)
            pixels[y : y + down, x : x + across] += shade


def _places(count: int, draws: Draws) -> list[Disk]:
    """Draw places that do not touch, by drawing all anew until none do."""
    while True:
        places = [
            Disk(draws.fraction(5.5, 25.5), draws.fraction(5.5, 25.5), draws.fraction(3.9, 5.6))
            for _ in range(count)
        ]
        if not any(_touch(a, b) for n, a in enumerate(places) for b in places[:n]):
            return places


def _touch(a: Disk, b: Disk) -> bool:
    gap = a.radius + b.radius + 1.0
    return (a.y - b.y) * (a.y - b.y) + (a.x - b.x) * (a.x - b.x) <= gap * gap


def _distance(shape: int, place: Disk) -> np.ndarray:
    """Return each pixel's signed distance to the outline, (32, 32), negative inside."""
    dy, dx, r = _ROWS - place.y, np.abs(_COLUMNS - place.x), place.radius
    if SHAPES[shape] == "circle":
        return np.sqrt(dy * dy + dx * dx) - r
    if SHAPES[shape] == "triangle":
        return np.maximum(dy - 0.75 * r, 0.88 * dx - 0.47 * (dy + 1.05 * r))
    dy = np.abs(dy)
    return np.maximum(np.minimum(dx, dy) - 0.33 * r, np.maximum(dx, dy) - r)


def _paint(colour: int, draws: Draws) -> np.ndarray:
    """Return the palette's colour, a little lighter or darker and off, (3,)."""
    strength = draws.fraction(0.85, 1.1)
    return np.array([strength * channel + draws.between(-14, 14) for channel in _PALETTE[colour]])
