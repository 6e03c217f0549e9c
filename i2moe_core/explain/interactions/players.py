"""Who plays: the cells of two modalities of a sample; a picture's are joined to a coarser grid if asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from i2moe_core.errors import InputError
from i2moe_core.explain.attribution.cells import FRAME
from i2moe_core.explain.attribution.problem import Problem
from i2moe_core.explain.attribution.result import Cell
from i2moe_core.explain.palette import input_label
from i2moe_core.language import say


@dataclass(frozen=True)
class Side:
    """One modality's players.

    place: among the problem's inputs. cells: n of them. members: (n, F) bool, the problem's cells of each.
    """

    modality: str
    place: int
    cells: tuple[Cell, ...]
    members: Tensor

    def __len__(self) -> int:
        return len(self.cells)

    def versions(self, present: Tensor) -> Tensor:
        """Return which of the problem's cells are kept, (n + 1, F): a coalition, and each player toggled.

        present: (n,) bool. What is no player of this side is kept.
        """
        toggled = present ^ torch.eye(len(present), dtype=torch.bool)
        return ~self.removed(torch.cat([present[None], toggled]))

    def removed(self, present: Tensor) -> Tensor:
        """Return which of the problem's cells go, (k, F), for k coalitions (k, n) bool."""
        return ((~present).float() @ self.members.float()) > 0


def build_sides(
    problem: Problem, modalities: Sequence[str] = (), grid: int | None = None
) -> tuple[Side, Side]:
    """Return the players of two modalities: those named, or the first picture and the first text.

    Args:
        problem: the sample.
        modalities: two names; none: a picture and a text if there are, else the first two.
        grid: patches along a picture's side, at most as many as the problem has.

    Raises:
        InputError: the sample lacks a modality, or the names are not two different ones.
    """
    names = tuple(modalities) or _usual(problem)
    if len(names) != 2 or names[0] == names[1]:
        raise InputError(f"Pairs need two different modalities, but got: {', '.join(names) or 'none'}.")
    for name in names:
        if name not in problem.names:
            known = ", ".join(problem.names)
            raise InputError(f"This sample has no modality '{name}'; name two of: {known}.")
    return _side(problem, names[0], grid), _side(problem, names[1], grid)


def _usual(problem: Problem) -> tuple[str, ...]:
    if len(problem.names) < 2:
        raise InputError(f"Pairs need two modalities, but this sample has only '{problem.names[0]}'.")
    by_kind = sorted(problem.names, key=lambda n: ("image", "text", "array").index(_kind(problem, n)))
    first = by_kind[0]
    other = next((n for n in by_kind if _kind(problem, n) != _kind(problem, first)), by_kind[1])
    return first, other


def _kind(problem: Problem, name: str) -> str:
    return problem.kinds[problem.names.index(name)]


def _side(problem: Problem, name: str, grid: int | None) -> Side:
    numbers = [n for n, c in enumerate(problem.cells) if c.modality == name and c.label != FRAME]
    if not numbers:
        raise InputError(say("This sample's {input} has no part that could be removed.",
                             input=input_label(name)))  # fmt: skip
    groups = [[n] for n in numbers]
    if _kind(problem, name) == "image" and grid is not None:
        groups = _joined(problem, numbers, grid)
    members = torch.zeros(len(groups), len(problem.cells), dtype=torch.bool)
    for row, group in enumerate(groups):
        members[row, group] = True
    cells = tuple(_cell(problem, group, row, grid) for row, group in enumerate(groups))
    return Side(name, problem.names.index(name), cells, members)


def _joined(problem: Problem, numbers: Sequence[int], grid: int) -> list[list[int]]:
    side = round(len(numbers) ** 0.5)
    if not 1 <= grid <= side:
        raise InputError(f"The grid for pairs must be from 1 to {side} patches wide, but is {grid}.")
    band = [n * grid // side for n in range(side)]
    groups: list[list[int]] = [[] for _ in range(grid * grid)]
    for place, number in enumerate(numbers):
        groups[band[place // side] * grid + band[place % side]].append(number)
    return groups


def _cell(problem: Problem, group: Sequence[int], row: int, grid: int | None) -> Cell:
    cells = [problem.cells[n] for n in group]
    if len(cells) == 1 or grid is None:
        return cells[0]
    top, left = cells[0].place[:2]
    bottom, right = cells[-1].place[2:]
    label = f"row {row // grid + 1}, column {row % grid + 1}"
    return Cell(cells[0].modality, cells[0].kind, label, (top, left, bottom, right))
