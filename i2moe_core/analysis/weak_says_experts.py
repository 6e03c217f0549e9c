"""What is said of the experts beside each other: who is starved, who contradicts whom, who is needed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from i2moe_core.analysis.expert_use import use_sentences
from i2moe_core.explain.numbers import counted, listing, percent
from i2moe_core.explain.palette import expert_label
from i2moe_core.language import say
from i2moe_core.measures.classification import HEADLINE

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
    """Say how right the answers are where all experts agree and otherwise, as the Disagreement page does."""
    counts = numbers["quadrants"]
    right, wrong = (counts[f"agree_{kind}"] + counts[f"disagree_{kind}"] for kind in ("right", "wrong"))
    together = counts["agree_right"] + counts["agree_wrong"]
    count, whole = right + wrong, counted(right / (right + wrong))
    if together == count:
        return [
            say(
                "In all {count:,} samples the experts agree; {share} of the answers are right.",
                count=count, share=whole,
            )
        ]  # fmt: skip
    if not together:
        return [
            say(
                "In none of the {count:,} samples do all experts agree; {share} of the answers are right.",
                count=count, share=whole,
            )
        ]  # fmt: skip
    said = say(
        "Of the {together:,} answers where all experts agree, {agreed} are right; of the {apart:,} others, "
        "{others}.",
        together=together, agreed=counted(numbers["accuracy_agree"]),
        apart=count - together, others=counted(numbers["accuracy_disagree"]),
    )  # fmt: skip
    return [said, _sign(numbers["sign"])]


def _sign(sign: Numbers) -> str:
    value = sign["value"]
    if value is None or math.isnan(value):
        return say("These samples do not show that agreement says anything about being right.")
    chance = counted(value)
    if sign["verdict"] == "bad":
        return say(
            "Agreement is a bad sign here: the more the experts agree, the more often the answer is wrong. A "
            "right answer has less disagreement than a wrong one in only {chance} of pairs. Do not abstain "
            "by it.",
            chance=chance,
        )
    if sign["verdict"] == "good":
        return say(
            "Agreement is a good sign here: a right answer has less disagreement than a wrong one in "
            "{chance} of pairs, and guessing gives 50 %.",
            chance=chance,
        )
    return say(
        "These samples do not show that agreement says anything about being right: a right answer has less "
        "disagreement than a wrong one in {chance} of pairs, and guessing gives 50 %.",
        chance=chance,
    )


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
