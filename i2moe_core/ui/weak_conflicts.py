"""The losses of a run against each other: names in plain words, cosines, and what each cell says."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from i2moe_core.explain.loss_names import loss_title
from i2moe_core.explain.numbers import signed
from i2moe_core.language import say


@dataclass(frozen=True)
class Conflicts:
    """The losses of a phase that have a gradient: names, cosines (L, L), and what is said of each cell.

    silent: the names of losses that have no gradient left.
    """

    phase: str
    names: list[str]
    cosines: np.ndarray
    notes: np.ndarray
    silent: list[str]


def conflicts(point: Mapping[str, Any], modalities: Sequence[str]) -> list[Conflicts]:
    """Return the conflicts of each phase that has two losses or more."""
    phases = point["numbers"]["phases"].items()
    return [_conflicts(name, found, modalities) for name, found in phases if len(found["losses"]) > 1]


def _conflicts(phase: str, found: Mapping[str, Any], modalities: Sequence[str]) -> Conflicts:
    names = [loss_title(name, modalities) for name in found["losses"]]
    cosines, spread = (np.array(found[key], dtype=float) for key in ("cosines", "std"))
    start = np.array((found.get("start") or {}).get("cosines", np.nan), dtype=float)
    start = np.broadcast_to(start, cosines.shape) if start.ndim == 0 else start
    start = start if start.shape == cosines.shape else np.full(cosines.shape, np.nan)
    notes = [
        [_cell_note(*cell) for cell in zip(*line, strict=True)]
        for line in zip(cosines, spread, start, strict=True)
    ]
    others = np.where(np.eye(len(names), dtype=bool), np.nan, cosines)
    known = [bool(line.any()) for line in np.isfinite(others)]
    places = np.flatnonzero(known)
    return Conflicts(
        phase,
        [names[k] for k in places],
        cosines[np.ix_(places, places)],
        np.array(notes, dtype=object)[np.ix_(places, places)],
        [name for name, there in zip(names, known, strict=True) if not there],
    )


def _cell_note(cosine: float, spread: float, start: float) -> str:
    text = f"{signed(cosine, 3)} ± {spread:.3f}"
    if math.isnan(start):
        return text
    return say("{cosine}, at the start {start}", cosine=text, start=signed(start, 3))
