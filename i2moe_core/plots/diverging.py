"""Two colours for what counts for and against, apart for every eye and on both pages; white space is zero.

No expert has these colours. A scale is symmetric: ``limit`` is the size that gets the full colour.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from PIL.ImageColor import getrgb

from i2moe_core.explain.palette import DOWN, UP

FOR, AGAINST = UP, DOWN


def common_limit(arrays: Iterable[np.ndarray], quantile: float = 1.0) -> float:
    """Return one limit for several maps: the largest size in any of them, or that quantile of all sizes."""
    sizes = [np.abs(array[np.isfinite(array)]).ravel() for array in map(np.asarray, arrays)]
    joined = np.concatenate(sizes) if sizes else np.zeros(0)
    return float(np.quantile(joined, quantile)) if joined.size else 0.0


def threshold_of(arrays: Iterable[np.ndarray], hidden: float) -> float:
    """Return the size below which the weakest share ``hidden`` (0..1) of all numbers lies."""
    return common_limit(arrays, float(np.clip(hidden, 0, 1))) if hidden > 0 else 0.0


def tint(values: np.ndarray, limit: float, opacity: float = 0.8, threshold: float = 0.0) -> np.ndarray:
    """Return each number's colour and how strong it is, RGBA in 0..1, shaped as values + (4,).

    Numbers whose size is below ``threshold``, and those that are nan, get strength 0.
    """
    values = np.asarray(values, dtype=float)
    known = np.isfinite(values) & (np.abs(values) >= threshold)
    strength = np.where(known, np.abs(values), 0.0) / limit if limit > 0 else np.zeros(values.shape)
    colours = np.where(values[..., None] < 0, _rgb(AGAINST), _rgb(FOR))
    return np.concatenate([colours, opacity * np.clip(strength, 0, 1)[..., None]], axis=-1)


def overlay(pixels: np.ndarray, values: np.ndarray, limit: float, opacity: float, threshold: float = 0.0,
            grey: bool = True) -> np.ndarray:  # fmt: skip
    """Lay tinted numbers (S, S) over a picture (S, S, 3) uint8, which is drawn in pale greys or as it is."""
    base = pixels.astype(float) / 255
    if grey:
        base = np.repeat(0.5 + 0.45 * _greys(base)[..., None], 3, axis=-1)
    colours = tint(values, limit, opacity, threshold)
    alpha = colours[..., 3:]
    return np.rint(255 * (base * (1 - alpha) + colours[..., :3] * alpha)).astype(np.uint8)


def shade(value: float, limit: float) -> str:
    """Return a number's colour for a page, as CSS; unknown and zero are transparent."""
    red, green, blue, alpha = tint(np.array(value), limit, opacity=0.85)
    return f"rgba({red * 255:.0f}, {green * 255:.0f}, {blue * 255:.0f}, {alpha:.3f})"


def sign_colour(value: float) -> str:
    """Return the full colour of a number's sign."""
    return AGAINST if value < 0 else FOR


def _greys(colours: np.ndarray) -> np.ndarray:
    """Return (S, S) in 0..1 along the direction of RGB in which the picture's colours differ most.

    Brightness alone would lose a blue shape on an equally bright ground.
    """
    centred = colours.reshape(-1, 3) - colours.reshape(-1, 3).mean(axis=0)
    direction = np.linalg.eigh(centred.T @ centred)[1][:, -1]
    if direction @ np.array([0.299, 0.587, 0.114]) < 0:  # bright stays bright
        direction = -direction
    light = (centred @ direction).reshape(colours.shape[:2])
    span = float(np.ptp(light))
    return (light - light.min()) / span if span > 1e-9 else np.full(light.shape, 0.5)


def _rgb(colour: str) -> np.ndarray:
    return np.array(getrgb(colour)[:3]) / 255
