"""What is said of how far the losses of a run pull against each other."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from i2moe_core.explain.loss_names import loss_title
from i2moe_core.explain.numbers import counted, signed
from i2moe_core.language import say

Numbers = Mapping[str, Any]


def conflict_says(numbers: Numbers, modalities: Sequence[str]) -> list[str]:
    """Say which losses were most opposed while it learnt, and which are at the saved weights."""
    logged, lowest = numbers.get("logged"), numbers["lowest"]
    said = [_logged_conflict(logged[0], modalities)] if logged else []
    if lowest is None:
        return [*said, say("Only one loss is minimised at a time, so no two can be against each other.")]
    return [*said, *_saved_conflict(lowest, modalities)]


def _logged_conflict(pair: Numbers, modalities: Sequence[str]) -> str:
    first, second = _pair(pair, modalities)
    if pair["mean"] >= 0:
        return say(
            "Over the training no two losses pulled against each other on average; the lowest are '{first}' "
            "and '{second}'.",
            first=first,
            second=second,
        )
    return say(
        "Over the training '{first}' and '{second}' pulled most against each other: mean cosine {cosine}, "
        "below 0 in {share} of the epochs.",
        first=first,
        second=second,
        cosine=signed(pair["mean"]),
        share=counted(pair["negative"]),
    )


def _saved_conflict(pair: Numbers, modalities: Sequence[str]) -> list[str]:
    first, second = _pair(pair, modalities)
    cosine = f"{signed(pair['cosine'])} ± {pair['std']:.2f}"
    if pair["cosine"] + pair["std"] >= 0:
        return [
            say(
                "At the saved weights no two losses pull clearly against each other; the lowest are "
                "'{first}' and '{second}', cosine {cosine}.",
                first=first,
                second=second,
                cosine=cosine,
            )
        ]
    said = say(
        "At the saved weights '{first}' and '{second}' pull most against each other: cosine {cosine}.",
        first=first,
        second=second,
        cosine=cosine,
    )
    start = pair.get("start")
    if start is None or math.isnan(start):
        return [said]
    return [said, say("At the start it was {cosine}.", cosine=signed(start))]


def _pair(pair: Numbers, modalities: Sequence[str]) -> tuple[str, str]:
    return loss_title(pair["a"], modalities), loss_title(pair["b"], modalities)
