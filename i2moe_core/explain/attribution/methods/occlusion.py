"""Occlusion: a window slides over the picture and another over the words; what it covers is removed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import isqrt

import torch
from captum.attr import Occlusion as CaptumOcclusion
from torch import Tensor

from i2moe_core.errors import InputError
from i2moe_core.explain.attribution.cells import GRID, image_cells
from i2moe_core.explain.attribution.methods.base import Method, Raw
from i2moe_core.explain.attribution.methods.cell_function import CellFunction, spread
from i2moe_core.explain.attribution.problem import Problem
from i2moe_core.explain.attribution.result import Cell
from i2moe_core.explain.attribution.targets import Target


class Occlusion(Method):
    """A window slides over the picture and the words; a place gets the mean drop of the windows over it.

    ``window``: its side on a picture, in half patches, by which it moves on; so neighbouring windows overlap
    and the map is twice as fine as the patches. ``run``: its length in words or runs of numbers, one by one.
    Reference: Zeiler and Fergus, ECCV 2014, section 4.2.
    """

    shared = True

    def __init__(self, window: int = 2, run: int = 1) -> None:
        if min(window, run) < 1:
            raise InputError(f"Occlusion's windows need a length of 1 or more, but got {window} and {run}.")
        self.window, self.run = int(window), int(run)

    def attribute(self, problem: Problem, targets: Sequence[Target], rows: int) -> list[Raw]:
        """Return the mean drops, one input after the other."""
        fine = halve_patches(problem)
        function = CellFunction(fine, targets, rows)
        drops = []
        for kind, numbers, own in zip(fine.kinds, fine.cell_numbers, problem.cell_numbers, strict=True):
            places = slice(int(numbers.min()), int(numbers.max()) + 1)
            # A patch gets the mean of the finer places that it is made of.
            share = len(own.unique()) / (places.stop - places.start)
            drops.append(share * self._slide(function, kind, places))
        return [spread(fine, row) for row in torch.cat(drops, 1)]

    def _slide(self, function: CellFunction, kind: str, places: slice) -> Tensor:
        """Slide over the cells of one input: (T, number of cells)."""
        count = places.stop - places.start
        shape = (isqrt(count), isqrt(count)) if kind == "image" else (count,)
        length = self.window if kind == "image" else self.run
        drops = CaptumOcclusion(_within(function, places)).attribute(
            torch.ones(1, *shape, dtype=torch.float64),
            sliding_window_shapes=tuple(min(length, side) for side in shape),
            strides=(1,) * len(shape),
            perturbations_per_eval=function.rows,
        )
        return drops.flatten(1).double()


def halve_patches(problem: Problem) -> Problem:
    """Return the problem with pictures cut twice as fine along each side; other cells stay."""
    cells: list[Cell] = []
    numbers = []
    for name, kind, x, own in zip(
        problem.names, problem.kinds, problem.inputs, problem.cell_numbers, strict=True
    ):
        first = int(own.min())
        if kind == "image":
            some, places = image_cells(name, x.shape[-1], len(cells), 2 * GRID)
        else:
            some, places = list(problem.cells[first : int(own.max()) + 1]), own - first + len(cells)
        cells.extend(some)
        numbers.append(places.to(x.device))
    return replace(problem, cells=tuple(cells), cell_numbers=tuple(numbers))


def _within(function: CellFunction, places: slice) -> Callable[[Tensor], Tensor]:
    """Return the function of one input's cells, all others kept."""

    def part(kept: Tensor) -> Tensor:
        everything = function.everything.repeat(len(kept), 1)
        everything[:, places] = kept.flatten(1)
        return function(everything)

    return part
