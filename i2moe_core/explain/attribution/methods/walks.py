"""The walks of Integrated Gradients: pieces of ways from one version of a sample to another.

A way is walked with more steps only where it needs them: where a piece's attributions do not sum to the
piece's change of the target, it is cut in two and both halves are walked anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from captum.attr import IntegratedGradients as CaptumIntegratedGradients
from torch import Tensor

from i2moe_core.explain.attribution.problem import Problem
from i2moe_core.explain.attribution.targets import Target

TOLERANCE = 0.02  # share of the target's change that the attributions may miss
FLOOR = 1e-3  # a change below it is none,
LEVEL = 0.05  # and so is one below this share of all ups and downs

Versions = Sequence[Tensor]  # one tensor (1, ...) an input


@dataclass(frozen=True, eq=False)
class Way:
    """A straight way between two versions of a sample, and how much it counts.

    moves: the places of the inputs that change; the others are the same at both ends.
    """

    start: Versions
    end: Versions
    moves: tuple[int, ...]
    weight: float = 1.0

    def at(self, place: float) -> list[Tensor]:
        """Return the version at ``place``, 0 (start) to 1 (end)."""
        if place in (0, 1):
            return list(self.end if place else self.start)
        return [a + place * (b - a) for a, b in zip(self.start, self.end, strict=True)]


@dataclass(frozen=True, eq=False)
class _Piece:
    way: Way
    first: float
    last: float
    raw: tuple[Tensor, ...]  # one an input that moves, not yet weighted
    missed: float  # weighted


class Walker:
    """Walks ways of one problem for one target: ``steps`` points a walk, ``rows`` of them at once."""

    def __init__(self, problem: Problem, target: Target, steps: int, rows: int) -> None:
        self.problem, self.target, self.steps, self.rows = problem, target, steps, rows

    def integrate(self, ways: Sequence[Way], cuts: int) -> tuple[Tensor, ...]:
        """Return the weighted sum of the ways' integrals, after ``cuts`` cuts at most."""
        pieces = [self._walk(way, 0.0, 1.0) for way in ways]
        change = abs(self._change(self.problem.baselines, self.problem.inputs))
        for _ in range(cuts):
            if sum(abs(p.missed) for p in pieces) <= TOLERANCE * max(
                change, FLOOR, LEVEL * self._moved(pieces)
            ):
                break
            worst = max(pieces, key=lambda piece: abs(piece.missed))
            middle = (worst.first + worst.last) / 2
            pieces.remove(worst)
            pieces += [self._walk(worst.way, worst.first, middle), self._walk(worst.way, middle, worst.last)]
        return tuple(self._sum(pieces))

    def _walk(self, way: Way, first: float, last: float) -> _Piece:
        start, end = way.at(first), way.at(last)
        raw = CaptumIntegratedGradients(self._function(way)).attribute(
            tuple(end[m].clone() for m in way.moves), tuple(start[m] for m in way.moves),
            n_steps=self.steps, internal_batch_size=self.rows,
        )  # fmt: skip
        found = sum(float(values.detach().double().sum()) for values in raw)
        missed = way.weight * (found - self._change(start, end))
        return _Piece(way, first, last, tuple(values.detach() for values in raw), missed)

    def _function(self, way: Way) -> Callable[..., Tensor]:
        """Return the target as a function of the inputs that move."""

        def function(*moving: Tensor) -> Tensor:
            inputs = [x.expand(len(moving[0]), *x.shape[1:]) for x in way.end]
            for place, values in zip(way.moves, moving, strict=True):
                inputs[place] = values
            return self.target.value(self.problem.forward(*inputs))

        return function

    @torch.no_grad()
    def _change(self, start: Versions, end: Versions) -> float:
        both = (torch.cat(pair) for pair in zip(start, end, strict=True))
        values = self.target.value(self.problem.forward(*both))
        return float(values[1] - values[0])

    def _sum(self, pieces: Sequence[_Piece]) -> list[Tensor]:
        total = [torch.zeros_like(x) for x in self.problem.inputs]
        for piece in sorted(pieces, key=lambda piece: piece.first):  # in a fixed order: the same rounding
            for place, values in zip(piece.way.moves, piece.raw, strict=True):
                total[place] += piece.way.weight * values
        return total

    def _moved(self, pieces: Sequence[_Piece]) -> float:
        """Return the total absolute attribution of the cells."""
        cells = torch.from_numpy(self.problem.sum_cells(tuple(self._sum(pieces))))
        return float(cells.abs().nansum())
