"""All combinations of two modalities' versions: each is encoded once, only the fusion sees every pair.

n picture versions and m text versions cost n + m encodings and n m fusions; an expert that sees only one of
the two modalities is run on that one's versions alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor

from i2moe_core.encoders import Encoder
from i2moe_core.explain.attribution.problem import Problem
from i2moe_core.explain.attribution.targets import Target
from i2moe_core.explain.interactions.players import Side
from i2moe_core.explain.turn import turn
from i2moe_core.model.expert import Expert
from i2moe_core.types import Features, MoEOutput

ROWS = 512  # combinations that are fused at once
ENCODED = 64  # versions that are encoded at once


class PairTables:
    """The values of targets for every combination of two modalities' versions; the rest stays as it is."""

    def __init__(
        self, problem: Problem, sides: tuple[Side, Side], targets: Sequence[Target], rows: int = ROWS
    ) -> None:
        self.problem, self.sides, self.targets, self.rows = problem, sides, tuple(targets), rows
        self.places = [problem.model.modalities.index(side.modality) for side in sides]
        with turn(problem.model), torch.no_grad():
            self.whole = problem.encode(*problem.inputs)

    def __call__(self, first: Tensor, second: Tensor) -> Tensor:
        """Return the values for a coalition and its toggled players, (T, |A| + 1, |B| + 1) float64.

        first, second: (|A|,) and (|B|,) bool, who is present. Entry [t, 0, 0] is the coalition's value;
        row i + 1 has player i of A toggled, column j + 1 player j of B.
        """
        with turn(self.problem.model), torch.no_grad():
            a = self._encode(self.sides[0], first)
            b = self._encode(self.sides[1], second)
            out = self.combine(a, b)
            values = torch.stack([target.value(out) for target in self.targets])
        return values.double().cpu().unflatten(1, (len(a.mask), len(b.mask)))

    def combine(self, a: Features, b: Features) -> MoEOutput:
        """Run the mixture on all combinations, (n m) rows, those of one version of A together."""
        n, m = len(a.mask), len(b.mask)
        lone = {
            k: self._lone(expert, a, b) for k, expert in enumerate(self._experts()) if not self._joint(expert)
        }
        step = max(1, self.rows // m)
        parts = [self._fuse(a, b, lone, slice(k, min(k + step, n))) for k in range(0, n, step)]
        logits, weights, said = (
            torch.cat(p, d) for p, d in zip(zip(*parts, strict=True), (0, 0, 2), strict=True)
        )
        return MoEOutput(logits, weights, said)

    def _fuse(
        self, a: Features, b: Features, lone: dict[int, Tensor], part: slice
    ) -> tuple[Tensor, Tensor, Tensor]:
        model, m = self.problem.model, len(b.mask)
        numbers = torch.arange(part.start, part.stop, device=a.mask.device)
        features = self._features(
            a[numbers.repeat_interleave(m)], b[torch.arange(m, device=a.mask.device).repeat(len(numbers))]
        )
        said = torch.stack(
            [
                lone[k][part].flatten(0, 1) if k in lone else model.passes(expert, features)[0]
                for k, expert in enumerate(self._experts())
            ]
        )[:, None]  # (E, 1, rows, C)
        weights = model.weigh(features, said[:, 0])
        return torch.einsum("be,ebc->bc", weights, said[:, 0]), weights, said

    def _lone(self, expert: Expert, a: Features, b: Features) -> Tensor:
        """Return the logits (n, m, C) of an expert that does not see both modalities."""
        n, m = len(a.mask), len(b.mask)
        zero = torch.zeros(max(n, m), dtype=torch.int64, device=a.mask.device)
        model = self.problem.model
        if self.places[0] in expert.sees:
            return model.passes(expert, self._features(a, b[zero[:n]]))[0][:, None].expand(-1, m, -1)
        return model.passes(expert, self._features(a[zero[:m]], b))[0][None].expand(n, -1, -1)

    def _features(self, a: Features, b: Features) -> list[Features]:
        """Put versions of equal rows in their places among all modalities."""
        rows = torch.zeros(len(a.mask), dtype=torch.int64, device=a.mask.device)
        given = dict(zip(self.places, (a, b), strict=True))
        return [given[k] if k in given else f[rows] for k, f in enumerate(self.whole)]

    def _encode(self, side: Side, present: Tensor) -> Features:
        problem, place = self.problem, side.place
        numbers = problem.cell_numbers[place]
        kept = side.versions(present).to(numbers.device)[:, numbers[0]]
        x = torch.where(kept, problem.inputs[place], problem.baselines[place])
        encoder = cast(Encoder, problem.model.encoders[side.modality])
        raw = problem.batch.inputs[side.modality]
        return Features.cat([encoder.from_embedded(part, raw) for part in x.split(ENCODED)])

    def _experts(self) -> list[Expert]:
        return [cast(Expert, expert) for expert in self.problem.model.experts]

    def _joint(self, expert: Expert) -> bool:
        return set(self.places) <= set(expert.sees)
