"""The parts of a sample that can be removed one by one, and which numbers of the inputs belong to each."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from i2moe_core.explain.attribution.result import Cell
from i2moe_core.explain.attribution.words import Word
from i2moe_core.language import marked, say

GRID = 8  # patches along a picture's side
FRAME = "(frame)"  # the cell of pieces that stand for no character
RUNS = 32  # runs of numbers that an array is cut into, at most
_PATCH = "row #, column #"
_LABELS = {  # a label without its numbers -> the same as it is said
    _PATCH: marked("row {first}, column {last}"),
    "number #": marked("number {first}"),
    "numbers # to #": marked("numbers {first} to {last}"),
    "step #": marked("step {first}"),
    "steps # to #": marked("steps {first} to {last}"),
}


def cell_label(cell: Cell) -> str:
    """Return a cell's name in the visitor's language; its own label is English, for files and links."""
    form, numbers = _taken_apart(cell)
    return say(_LABELS[form], **numbers) if form in _LABELS else cell.label


def short_label(cell: Cell) -> str:
    """Return a cell's name where there is little room: a patch by its numbers, a word in quotes."""
    form, numbers = _taken_apart(cell)
    if form == _PATCH:
        return say("r{first} c{last}", **numbers)
    return say("“{word}”", word=cell.label) if cell.kind == "text" else cell_label(cell)


def _taken_apart(cell: Cell) -> tuple[str, dict[str, str]]:
    """Return a label with # for its numbers, and the numbers; a visitor's word is no label of ours."""
    if cell.kind == "text":
        return "", {}
    numbers = re.findall(r"\d+", cell.label)
    return re.sub(r"\d+", "#", cell.label), dict(zip(("first", "last"), numbers, strict=False))


def image_cells(modality: str, size: int, first: int, grid: int = GRID) -> tuple[list[Cell], Tensor]:
    """Cut a picture into ``grid`` x ``grid`` patches.

    Returns:
        The cells, row by row, and their numbers (1, 1, size, size), counted from ``first``.
    """
    edges = np.linspace(0, size, min(grid, size) + 1).round().astype(int)
    count = len(edges) - 1
    row = torch.from_numpy(np.repeat(np.arange(count), np.diff(edges)))
    cells = [
        Cell(modality, "image", f"row {r + 1}, column {c + 1}",
             (int(edges[r]), int(edges[c]), int(edges[r + 1]), int(edges[c + 1])))
        for r in range(count) for c in range(count)
    ]  # fmt: skip
    return cells, first + (row[:, None] * count + row[None, :])[None, None]


def text_cells(modality: str, words: tuple[Word, ...], pieces: int, first: int) -> tuple[list[Cell], Tensor]:
    """Make each word a cell; pieces without a word (framing) share one cell of their own.

    Returns:
        The cells and their numbers per piece, (1, pieces, 1), counted from ``first``.
    """
    cells = [Cell(modality, "text", word.text, (word.start, word.end)) for word in words]
    numbers = torch.full((pieces,), -1)
    for n, word in enumerate(words):
        numbers[[p for p in word.pieces if p < pieces]] = first + n
    if bool((numbers < 0).any()):
        numbers[numbers < 0] = first + len(cells)
        cells.append(Cell(modality, "text", FRAME, (0, 0)))
    return cells, numbers[None, :, None]


def array_cells(modality: str, shape: tuple[int, ...], real: int, first: int) -> tuple[list[Cell], Tensor]:
    """Cut an array into runs of numbers, or a sequence into runs of its ``real`` time steps.

    Returns:
        The cells and their numbers, (1, D) or (1, T, 1), counted from ``first``; padding is in the last run.
    """
    what = "number" if len(shape) == 1 else "step"
    edges = np.linspace(0, real, min(RUNS, real) + 1).round().astype(int)
    names = [f"{what} {a + 1}" if b - a == 1 else f"{what}s {a + 1} to {b}" for a, b in pairwise(edges)]
    cells = [
        Cell(modality, "array", name, (int(a), int(b)))
        for name, (a, b) in zip(names, pairwise(edges), strict=True)
    ]
    numbers = np.searchsorted(edges[1:], np.arange(shape[0]), side="right").clip(max=len(cells) - 1)
    place = torch.from_numpy(first + numbers)
    return cells, place[None, :] if len(shape) == 1 else place[None, :, None]
