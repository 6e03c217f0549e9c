"""What is said of the experts beside each other: who is starved, who contradicts whom, who is needed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from i2moe_core.analysis.agreement import quadrants_sentence, sign_sentence
from i2moe_core.analysis.expert_use import use_sentences
from i2moe_core.explain.numbers import counted, listing, percent
from i2moe_core.explain.palette import expert_label
from i2moe_core.language import say
from i2moe_core.measures.classification import HEADLINE
from i2moe_core.measures.disagreement import Quadrants

Numbers = Mapping[str, Any]


def suppression_says(numbers: Numbers) -> list[str]:
    """Say which expert gets least of the gradient, beside its part of the weight."""
    gradient = numbers["gradient"]
    if not gradient:
        return [say("No gradient reaches the experts any more.")]
    least = min(gradient, key=lambda name: gradient[name])
    values = {
        "expert": expert_label(least),
        "share": percent(gradient[least]),
        "even": percent(1 / len(gradient)),
        "weight": percent(numbers["weight"][least]),
    }
    if numbers.get("logged"):
        return [
            say(
                "Over the training {expert} gets the least of the experts' gradient, {share} (an even share "
                "is {even}), and has {weight} of the weight.",
                **values,
            )
        ]
    return [
        say(
            "At the saved weights {expert} gets the least of the experts' gradient, {share} (an even share "
            "is {even}), and has {weight} of the weight.",
            **values,
        )
    ]


def disagreement_says(numbers: Numbers) -> list[str]:
    """Say how right the answers are where all experts agree and where not, and what that is a sign of."""
    counts, sign = Quadrants(**numbers["quadrants"]), numbers["sign"]
    said = quadrants_sentence(counts, lambda hits, count: counted(hits / count))
    if numbers["share"] in (0, 1):
        return [said]
    known = sign["value"] is not None and math.isfinite(sign["value"])
    return [said, sign_sentence(sign["verdict"], counted(sign["value"]) if known else "")]


def experts_says(numbers: Numbers) -> list[str]:
    """Say how many of the experts are used, and which are not needed."""
    return [_needed(numbers), *use_sentences(numbers)]


def _needed(numbers: Numbers) -> str:
    count, used = numbers["experts"], f"{numbers['effective']:.1f}"
    idle = [name for name, found in numbers["without"].items() if not (found["drop_low"] or 0) > 0]
    names = listing([expert_label(name) for name in idle])
    if numbers["measure"] == HEADLINE["regression"]:
        return say("Of {count} experts the weights use {used}.", count=count, used=used)
    if not idle:
        return say(
            "Of {count} experts the weights use {used}; without any of them fewer answers are right.",
            count=count,
            used=used,
        )
    if len(idle) == 1:
        return say(
            "Of {count} experts the weights use {used}; without {expert} no fewer answers are right.",
            count=count,
            used=used,
            expert=names,
        )
    return say(
        "Of {count} experts the weights use {used}; without any one of {experts} no fewer answers are right.",
        count=count,
        used=used,
        experts=names,
    )
