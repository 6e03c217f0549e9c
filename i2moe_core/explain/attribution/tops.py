"""Which words and which region moved a target most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from i2moe_core.explain.attribution.cells import FRAME
from i2moe_core.explain.attribution.result import Attribution, Attributions, Cell

ROUNDING = 1e-4  # of the largest cell: what is smaller is no effect


@dataclass(frozen=True)
class Top:
    """A cell, its number among all cells and what it added."""

    cell: Cell
    number: int
    value: float


def top_cells(found: Attributions, item: Attribution, kind: str, count: int = 3) -> tuple[Top, ...]:
    """Return the ``count`` cells of a kind (image, text, array) that moved the target most, up or down.

    Cells of which the method says nothing, or that it finds to be without any effect, are left out.
    """
    places = [n for n, cell in enumerate(found.cells) if cell.kind == kind and cell.label != FRAME]
    sizes = np.abs(np.nan_to_num(item.cells[places]))
    order = np.argsort(-sizes, kind="stable")[:count]
    least = ROUNDING * float(np.nanmax(np.abs(item.cells), initial=0.0))
    chosen = [places[n] for n in order if sizes[n] > least]
    return tuple(Top(found.cells[n], n, float(item.cells[n])) for n in chosen)


def largest(found: Attributions, modality: str, items: tuple[Attribution, ...]) -> float:
    """Return the largest size of any cell of a modality over some targets: the end of their common scale."""
    own = np.array([cell.modality == modality for cell in found.cells])
    sizes = [float(np.nanmax(np.abs(item.cells[own]), initial=0.0)) for item in items] if own.any() else []
    return max(sizes, default=0.0)
