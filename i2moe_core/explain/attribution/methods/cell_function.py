"""A sample as a function of which cells are kept, for the methods that remove cells and look what happens.

Captum's algorithms then work on 0/1 vectors, one number a cell: no two inputs can share a feature, no mask
has to broadcast, and a version of the sample is run once for all targets.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from i2moe_core.explain.attribution.methods.base import Raw
from i2moe_core.explain.attribution.problem import Problem
from i2moe_core.explain.attribution.targets import Target

KEPT = 50_000  # versions remembered at most; a version takes a few hundred bytes


class CellFunction:
    """Values of T targets for versions of a sample, told by the cells that they keep.

    What was asked before is not run again: targets that draw the same versions share the work.
    """

    def __init__(self, problem: Problem, targets: Sequence[Target], rows: int) -> None:
        self.problem, self.targets, self.rows = problem, tuple(targets), rows
        self._known: dict[bytes, Tensor] = {}

    @property
    def everything(self) -> Tensor:
        """All cells kept, (1, F)."""
        return torch.ones(1, len(self.problem.cells), dtype=torch.float64)

    def __call__(self, kept: Tensor) -> Tensor:
        """Return the targets' values, (n, F) 0/1 -> (n, T) float64."""
        names = [row.tobytes() for row in np.packbits(kept.bool().cpu().numpy(), axis=1)]
        fresh = {name: row for row, name in enumerate(names) if name not in self._known}
        found = dict(zip(fresh, self._run(kept[list(fresh.values())]), strict=True)) if fresh else {}
        result = torch.stack([found[name] if name in found else self._known[name] for name in names])
        if len(self._known) + len(found) > KEPT:
            self._known.clear()
        self._known.update(found)
        return result

    def of(self, place: int) -> Callable[[Tensor], Tensor]:
        """Return the function of the target at ``place`` alone, (n, F) -> (n,)."""
        return lambda kept: self(kept)[:, place]

    def _run(self, kept: Tensor) -> Tensor:
        out = self.problem.evaluate(kept.bool(), self.rows)
        return torch.stack([target.value(out) for target in self.targets], 1).cpu().double()


def spread(problem: Problem, values: Tensor) -> Raw:
    """Share each cell's number evenly among the numbers it is made of: (F,) -> one tensor an input."""
    raw = []
    for numbers, x in zip(problem.cell_numbers, problem.inputs, strict=True):
        places = numbers.cpu().expand_as(x)
        sizes = torch.bincount(places.reshape(-1), minlength=len(values))
        raw.append((values / sizes.clamp(min=1))[places])
    return tuple(raw)
