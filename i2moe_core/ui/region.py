"""A chosen part of a map as letters of a link, and which points lie in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

MOST = 60  # corners; more would make links too long
_DIGITS = 4


def region_code(name: str, selection: Mapping[str, Any]) -> str:
    """Return what was boxed or lassoed on the map ``name`` for a link; "" where nothing was."""
    boxes, lassos = selection.get("box") or [], selection.get("lasso") or []
    if boxes:
        (x0, x1), (y0, y1) = ((sorted(boxes[0][axis])[0], sorted(boxes[0][axis])[-1]) for axis in "xy")
        return encode_region(name, np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], dtype=float))
    if lassos:
        return encode_region(name, np.array([lassos[0]["x"], lassos[0]["y"]], dtype=float).T)
    return ""


def encode_region(name: str, corners: np.ndarray) -> str:
    """Return corners (R, 2) as letters; of many corners, evenly chosen ones."""
    if len(corners) < 3 or not np.isfinite(corners).all():
        return ""
    kept = corners[np.unique(np.linspace(0, len(corners) - 1, MOST).round().astype(int))]
    return f"{name}:" + " ".join(f"{x:.{_DIGITS}g},{y:.{_DIGITS}g}" for x, y in kept)


def decode_region(name: str, code: str) -> np.ndarray | None:
    """Return the corners (R, 2) of a link; None without any, of another map, or where it is damaged."""
    of, _, text = code.partition(":")
    if of != name or not text:
        return None
    try:
        corners = np.array([[float(n) for n in pair.split(",")] for pair in text.split(" ")[:MOST]])
    except ValueError:
        return None
    good = corners.ndim == 2 and corners.shape[1] == 2 and len(corners) >= 3 and np.isfinite(corners).all()
    return corners if good else None


def inside(corners: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return which points lie within a polygon, (N,) bool: a ray to the right crosses its edge oddly often.

    corners: (R, 2), in order, the last joined to the first.
    """
    found = np.zeros(len(x), dtype=bool)
    box = (
        (x >= corners[:, 0].min()) & (x <= corners[:, 0].max())
        & (y >= corners[:, 1].min()) & (y <= corners[:, 1].max())
    )  # fmt: skip
    near = np.flatnonzero(box)
    px, py, odd = x[near].astype(float), y[near].astype(float), np.zeros(len(near), dtype=bool)
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        between = (y0 > py) != (y1 > py)
        if between.any():
            odd ^= between & (px < (x1 - x0) * (py - y0) / (y1 - y0) + x0)
    found[near] = odd
    return found
