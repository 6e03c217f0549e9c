"""Attribute one sample: a method, a baseline, some targets in; plain arrays out."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from typing import Any

import numpy as np
import torch
from torch import Tensor

from i2moe_core.checkpoint import Run
from i2moe_core.errors import InputError
from i2moe_core.explain.attribution.baselines import Baseline
from i2moe_core.explain.attribution.methods import ATTRIBUTIONS, Method
from i2moe_core.explain.attribution.methods.base import Raw
from i2moe_core.explain.attribution.problem import Problem, build_problem
from i2moe_core.explain.attribution.result import Attribution, Attributions
from i2moe_core.explain.attribution.targets import Asked, Target, default_targets, parse_target
from i2moe_core.explain.identity import seed_of
from i2moe_core.explain.turn import seeded_draws, turn
from i2moe_core.language import say
from i2moe_core.registry import lookup

ROWS = 64  # versions of a sample that are run at once
FLOOR = 1e-3  # a difference below it is none: a gap is then measured against it

Progress = Callable[[int, int], None]  # targets done, targets in all


def attribute(
    run: Run,
    values: Mapping[str, Any],
    method: str = "integrated_gradients",
    targets: Sequence[str] = (),
    baseline: Baseline | None = None,
    sample_id: str | None = None,
    options: Mapping[str, float] | None = None,
    rows: int = ROWS,
    progress: Progress | None = None,
) -> Attributions:
    """Attribute one sample's answer, experts or weights to its patches, words and numbers.

    Args:
        run: the mixture.
        values: modality name -> picture, text or array; None or absent: missing.
        method: a name in ATTRIBUTIONS.
        targets: keys as in ``targets.FORMS``; none: the answer and every expert, for the class answered.
        baseline: what a removed part becomes.
        sample_id: the sample's name; by default a name made of its contents.
        options: the method's own, such as ``steps``.
        rows: versions of the sample that are run at once; bounds memory, changes no result.
        progress: told (targets done, targets in all) between the method's runs of the mixture, or between
            the targets where it goes by gradients; what it raises ends the work.

    Raises:
        InputError: a name is unknown, the method cannot be used here, or the sample cannot be read.
    """
    tool = build_method(method, options or {})
    with turn(run.model):
        problem = build_problem(run, values, sample_id, baseline)
        wanted = read_targets(run, problem, targets)
        raw = attribute_problem(problem, tool, wanted, rows, progress)
        items = describe_raw(problem, tool, wanted, raw)
    chosen = dataclasses.asdict(baseline or Baseline())
    return Attributions(run.id, problem.sample_id, method, chosen, problem.cells, tuple(items))


def build_method(name: str, options: Mapping[str, float]) -> Method:
    """Return a method with its options.

    Raises:
        InputError: the method or an option is unknown.
    """
    kind = lookup(ATTRIBUTIONS, name, "attribution method")
    try:
        return kind(**options)
    except TypeError as error:
        raise InputError(f"Attribution method '{name}' does not take these options: {error}.") from error


def read_targets(run: Run, problem: Problem, keys: Sequence[str]) -> list[Target]:
    """Return the targets of ``keys``; of none, the answer and every expert for the class answered."""
    whole = problem.evaluate(torch.ones(1, len(problem.cells), dtype=torch.bool))
    asked = Asked.of(problem.model, run.info.classes, run.info.scale, whole.weights[0])
    if not keys:
        keys = default_targets(asked, int(whole.logits[0].argmax()))
    return [parse_target(key, asked) for key in keys]


def attribute_problem(
    problem: Problem,
    method: Method,
    targets: Sequence[Target],
    rows: int = ROWS,
    progress: Progress | None = None,
) -> list[Raw]:
    """Return each target's numbers, shaped as the inputs; the caller holds the model's turn.

    Raises:
        InputError: the method cannot be used on this problem.
    """
    reason = method.refusal(problem)
    if reason is not None:
        raise InputError(say(reason))
    seed = seed_of(problem.sample_id, type(method).__name__)
    result: list[Raw] = []
    for some in method.groups(targets):
        watched = _watched(problem, progress, len(result), len(targets))
        # The same draws for every group: what one target gets does not depend on who else was asked.
        with seeded_draws(seed) if method.random else nullcontext():
            result += method.attribute(watched, some, rows)
    if progress is not None:
        progress(len(targets), len(targets))
    return result


def _watched(problem: Problem, progress: Progress | None, done: int, total: int) -> Problem:
    """Return the problem with a pulse that tells ``progress``, which may end the work; it is told at once."""
    if progress is None:
        return problem
    progress(done, total)
    return dataclasses.replace(problem, pulse=lambda: progress(done, total))


def describe_raw(
    problem: Problem, method: Method, targets: Sequence[Target], raw: Sequence[Raw]
) -> list[Attribution]:
    """Turn numbers into maps, one value a cell, shares and the completeness gap."""
    both = torch.tensor([[True], [False]]).expand(2, len(problem.cells))
    ends = problem.evaluate(both)
    return [
        _describe(problem, method, target, numbers, target.value(ends).double().cpu())
        for target, numbers in zip(targets, raw, strict=True)
    ]


def _describe(problem: Problem, method: Method, target: Target, raw: Raw, ends: Tensor) -> Attribution:
    cells = problem.sum_cells(raw)
    value, start = float(ends[0]), float(ends[1])
    gap = None
    if method.complete:
        gap = abs(float(np.nansum(cells)) - (value - start)) / max(abs(value - start), FLOOR)
    maps = {
        name: _map(problem, place, numbers)
        for place, (name, numbers) in enumerate(zip(problem.names, raw, strict=True))
        if numbers is not None
    }
    return Attribution(
        target.key, target.label, target.expert, maps, cells, value, start, gap, _shares(problem, cells)
    )


def _map(problem: Problem, place: int, numbers: Tensor) -> np.ndarray:
    """Return a modality's map: pictures summed over the channels, texts one number a piece."""
    values = numbers[0].detach().double().cpu()
    kind = problem.kinds[place]
    summed = values.sum(0) if kind == "image" else values.sum(-1) if kind == "text" else values
    result: np.ndarray = summed.numpy()
    return result


def _shares(problem: Problem, cells: np.ndarray) -> dict[str, float]:
    owners = np.array([cell.modality for cell in problem.cells])
    sizes = {name: float(np.nansum(np.abs(cells[owners == name]))) for name in problem.names}
    total = sum(sizes.values())
    return {name: size / total if total else 0.0 for name, size in sizes.items()}
