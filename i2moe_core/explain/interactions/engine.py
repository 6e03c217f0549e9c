"""Pairs of one sample: two modalities and some targets in; plain arrays out."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from i2moe_core.checkpoint import Run
from i2moe_core.errors import InputError
from i2moe_core.explain.attribution.baselines import Baseline
from i2moe_core.explain.attribution.engine import read_targets
from i2moe_core.explain.attribution.problem import Problem, build_problem
from i2moe_core.explain.attribution.targets import Target
from i2moe_core.explain.identity import seed_of
from i2moe_core.explain.interactions.estimate import Progress, estimate_interactions
from i2moe_core.explain.interactions.players import build_sides
from i2moe_core.explain.interactions.result import PairInteractions
from i2moe_core.explain.interactions.table import ROWS, PairTables
from i2moe_core.explain.turn import turn

COALITIONS = 32  # enough for the first ranks on `scenes`, within two seconds on two cores


def explain_interactions(
    run: Run,
    values: Mapping[str, Any],
    targets: Sequence[str] = (),
    modalities: Sequence[str] = (),
    coalitions: int = COALITIONS,
    grid: int | None = None,
    baseline: Baseline | None = None,
    sample_id: str | None = None,
    rows: int = ROWS,
    progress: Progress | None = None,
) -> PairInteractions:
    """Estimate how the parts of two modalities work together, for the answer, experts or weights.

    Args:
        run: the mixture.
        values: modality name -> picture, text or array; None or absent: missing.
        targets: keys as in ``targets.FORMS``; none: the answer and every expert, for the class answered.
        modalities: two names; none: a picture and a text where there are, else the first two. Other
            modalities stay as they are.
        coalitions: how many are drawn, even; the intervals shrink with its square root.
        grid: patches along a picture's side; None: as fine as attributions are.
        baseline: what a removed part becomes.
        sample_id: the sample's name; by default a name made of its contents. The draws follow from it.
        rows: combinations fused at once; bounds memory, changes no result.
        progress: told (done, all) after each coalition, outside the model's turn; what it raises ends the
            work.

    Raises:
        InputError: a name is unknown, a modality is missing, or a number is out of range.
    """
    with turn(run.model):
        problem = build_problem(run, values, sample_id, baseline)
        wanted = read_targets(run, problem, targets)
    chosen = dataclasses.asdict(baseline or Baseline())
    return problem_interactions(problem, wanted, modalities, coalitions, grid, chosen, rows, progress)


def problem_interactions(
    problem: Problem,
    targets: Sequence[Target],
    modalities: Sequence[str] = (),
    coalitions: int = COALITIONS,
    grid: int | None = None,
    baseline: Mapping[str, str] | None = None,
    rows: int = ROWS,
    progress: Progress | None = None,
) -> PairInteractions:
    """Estimate a prepared sample's pairs; arguments as in ``explain_interactions``.

    Raises:
        InputError: a modality is missing, or a number is out of range.
    """
    if coalitions < 4 or coalitions % 2:
        raise InputError(f"Pairs need an even number of coalitions, at least 4, but got {coalitions}.")
    sides = build_sides(problem, modalities, grid)
    game = PairTables(problem, sides, targets, rows)
    sizes = (len(sides[0]), len(sides[1]))
    seed = seed_of(problem.sample_id, "interactions")
    found = estimate_interactions(game, sizes, coalitions, seed, progress)
    return PairInteractions(
        run_id=problem.run_id, sample_id=problem.sample_id,
        modalities=(sides[0].modality, sides[1].modality), grid=grid,
        first=sides[0].cells, second=sides[1].cells, targets=tuple(t.key for t in targets),
        labels=tuple(t.label for t in targets), experts=tuple(t.expert for t in targets),
        coalitions=coalitions, baseline=dict(baseline or {}), index=found.index, half_width=found.index_half,
        redundancy=found.gap, redundancy_half=found.gap_half, share=found.share,
    )  # fmt: skip
