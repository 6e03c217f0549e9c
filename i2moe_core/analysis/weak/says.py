"""What is said of each weak point: sentences made of its numbers alone.

So a result that was kept is said anew in the language of whoever reads it, whenever it was measured.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from i2moe_core.analysis.weak.says_experts import disagreement_says, experts_says, suppression_says
from i2moe_core.analysis.weak.says_losses import conflict_says
from i2moe_core.explain.numbers import counted, joined, listing, percent
from i2moe_core.language import say

Numbers = Mapping[str, Any]


def point_says(key: str, numbers: Numbers, modalities: Sequence[str] = ()) -> str:
    """Say what was found of a weak point; modalities: of the run, for the names of losses that conflict."""
    return joined(conflict_says(numbers, modalities) if key == "conflict" else _SAYS[key](numbers))


def _replacement(numbers: Numbers) -> list[str]:
    random, swap = numbers["random"], numbers["swap"]
    if random is None:
        return [say("No sample has all its inputs, so none can be replaced.")]
    moved, other = (np.mean(list(found["experts"].values())) for found in (random, swap))
    return [
        say(
            "Another random vector moves an expert's probability of the answer by {random} (standard "
            "deviation), another sample's input by {swap}.",
            random=f"{moved:.3f}",
            swap=f"{other:.3f}",
        ),
        say(
            "In {share} of the replacements the mixture's answer depends on which random vector was drawn.",
            share=counted(random["changed"]),
        ),
    ]


def _gate(numbers: Numbers) -> list[str]:
    if numbers["by_class"] is None:
        return [say("The gate gives every sample the same weights, so there is nothing to explain.")]
    return [
        say(
            "Of the differences between the gate's weights {share} follow from the answer's class alone.",
            share=percent(numbers["by_class"]),
        ),
        say(
            "The largest weight has the largest contribution in {share} of the samples.",
            share=counted(numbers["contribution"]["same"]),
        ),
    ]


def _margin(numbers: Numbers) -> list[str]:
    if not numbers["used"]:
        return [say("This run's recipe has no triplet loss, so it uses no margin.")]
    if "sweep" in numbers:
        return _swept(numbers["sweep"])
    own = numbers["margin"]
    active = {row["margin"]: row["active"] for row in numbers["sensitivity"]}
    return [
        say(
            "With half the margin of {margin}, {half} of the triplets pull, with twice that margin {twice}; "
            "half of them are {gap} or more apart.",
            margin=f"{own:g}",
            half=counted(active[own / 2]),
            twice=counted(active[own * 2]),
            gap=f"{numbers['gap_median']:.2f}",
        )
    ]


def _swept(table: Sequence[Numbers]) -> list[str]:
    accuracy, named = (_known(row[key] for row in table) for key in ("accuracy", "contribution_argmax"))
    margins = listing([f"{row['margin']:g}" for row in table])
    said = []
    if accuracy:
        reach = _reach(accuracy)
        said.append(
            say("Over the margins {margins} the accuracy moves by {reach}.", margins=margins, reach=reach)
        )
    if named:
        reach = _reach(named)
        said.append(say("How often contributions name the true interaction moves by {reach}.", reach=reach))
    return said


def _cost(numbers: Numbers) -> list[str]:
    parts = (numbers["training"], numbers["seconds_per_sample"], numbers["parameters"])
    training, answer, parameters = (f"{part['ratio']:.1f}" for part in parts)
    return [
        say(
            "The mixture takes {training} times as long to train as the single fusion, {answer} times as "
            "long to answer, and has {parameters} times the parameters.",
            training=training,
            answer=answer,
            parameters=parameters,
        )
    ]


def _known(values: Iterable[float | None]) -> list[float]:
    """Leave out what is not known: NaN as measured, None as kept."""
    return [value for value in values if value is not None and math.isfinite(value)]


def _reach(values: Sequence[float]) -> str:
    return f"{max(values) - min(values):.3f}"


_SAYS: Mapping[str, Callable[[Numbers], list[str]]] = {
    "suppression": suppression_says,
    "disagreement": disagreement_says,
    "replacement": _replacement,
    "experts": experts_says,
    "gate": _gate,
    "margin": _margin,
    "cost": _cost,
}
