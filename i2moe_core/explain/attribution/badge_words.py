"""The tests of a map in sentences, with the numbers that they rest on."""

from __future__ import annotations

from math import ceil

from i2moe_core.explain.attribution.faithfulness import Faithfulness
from i2moe_core.language import marked, say

BOUNDED = ("probability", "weight", "divergence")  # units that are shown in points of 0..1
SCORES = {
    "probability": marked("probability"),
    "weight": marked("weight"),
    "divergence": marked("divergence"),
    "logit": marked("logit"),
    "standard deviations": marked("answer"),
}


def both_tests(whole: Faithfulness, unit: str, start: str) -> str:
    """Return how much better than random orders a map is, and how many of them do as well."""
    told = {
        "start": start, "size": amount(abs(whole.gap), unit), "count": ceil(whole.as_good),
        "all": whole.rankings,
    }  # fmt: skip
    if whole.gap >= 0:
        return say(
            "{start}: over both tests the parts named first count {size} more than random ones; "
            "{count} of {all} random orders do as well.", **told,
        )  # fmt: skip
    return say(
        "{start}: over both tests the parts named first count {size} less than random ones; "
        "{count} of {all} random orders do as well.", **told,
    )  # fmt: skip


def needed_test(whole: Faithfulness, unit: str, passed: bool, floor: float) -> str:
    """Return what removing the parts named first does, beside random ones."""
    own, random = whole.comprehensiveness.mean(), whole.random_comprehensiveness.mean()
    worse = whole.comprehensiveness_gap <= -floor
    return say(
        "{start}: without the parts named first the {score} {own}, without random ones it {random}.",
        start=say("They are needed") if passed else say("Not needed") if worse
        else say("Not shown to be needed"),
        score=score_name(unit), own=moves(own, unit), random=moves(random, unit),
    )  # fmt: skip


def enough_test(whole: Faithfulness, unit: str, passed: bool, floor: float) -> str:
    """Return what the parts named first do alone, beside random ones."""
    own, random = whole.sufficiency.mean(), whole.random_sufficiency.mean()
    worse = whole.sufficiency_gap <= -floor
    return say(
        "{start}: with only the parts named first the {score} {own}, with only random ones it {random}.",
        start=say("They go a long way alone") if passed else say("Not enough") if worse
        else say("Not shown to be enough"),
        score=score_name(unit), own=moves(own, unit), random=moves(random, unit),
    )  # fmt: skip


def amount(size: float, unit: str) -> str:
    """Return a change of a score in words: points of 0..100 where it has bounds."""
    if unit not in BOUNDED:
        return f"{size:.2f}"
    points = round(size * 100)
    return say("1 point") if points == 1 else say("{count} points", count=points)


def moves(drop: float, unit: str) -> str:
    """Return what a score does, as it stands in a sentence after the score's name."""
    size = amount(abs(drop), unit)
    if size == amount(0, unit):
        return say("stays as it is")
    return say("falls by {size}", size=size) if drop >= 0 else say("rises by {size}", size=size)


def score_name(unit: str) -> str:
    """Return what a score is called."""
    return say(SCORES[unit]) if unit in SCORES else unit
