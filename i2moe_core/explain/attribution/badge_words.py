"""The tests of a map in sentences, with the numbers that they rest on."""

from __future__ import annotations

from math import ceil

from i2moe_core.explain.attribution.faithfulness import Faithfulness

BOUNDED = ("probability", "weight", "divergence")  # units that are shown in points of 0..1


def both_tests(whole: Faithfulness, unit: str, start: str) -> str:
    """Return how much better than random orders a map is, and how many of them do as well."""
    size, more = amount(abs(whole.gap), unit), "more" if whole.gap >= 0 else "less"
    return (
        f"{start}: over both tests the parts named first count {size} {more} than random ones; "
        f"{ceil(whole.as_good)} of {whole.rankings} random orders do as well."
    )


def needed_test(whole: Faithfulness, unit: str, passed: bool, floor: float) -> str:
    """Return what removing the parts named first does, beside random ones."""
    own, random = whole.comprehensiveness.mean(), whole.random_comprehensiveness.mean()
    worse = whole.comprehensiveness_gap <= -floor
    start = "They are needed" if passed else "Not needed" if worse else "Not shown to be needed"
    return (
        f"{start}: without the parts named first the {score_name(unit)} {_moves(own, unit)}, "
        f"without random ones it {_moves(random, unit)}."
    )


def enough_test(whole: Faithfulness, unit: str, passed: bool, floor: float) -> str:
    """Return what the parts named first do alone, beside random ones."""
    own, random = whole.sufficiency.mean(), whole.random_sufficiency.mean()
    worse = whole.sufficiency_gap <= -floor
    start = "They go a long way alone" if passed else "Not enough" if worse else "Not shown to be enough"
    return (
        f"{start}: with only the parts named first the {score_name(unit)} {_moves(own, unit)}, "
        f"with only random ones it {_moves(random, unit)}."
    )


def amount(size: float, unit: str) -> str:
    """Return a change of a score in words: points of 0..100 where it has bounds."""
    if unit not in BOUNDED:
        return f"{size:.2f}"
    points = round(size * 100)
    return f"{points} point" if abs(points) == 1 else f"{points} points"


def _moves(drop: float, unit: str) -> str:
    size = amount(abs(drop), unit)
    if size == amount(0, unit):
        return "stays as it is"
    return f"{'falls' if drop >= 0 else 'rises'} by {size}"


def score_name(unit: str) -> str:
    """Return what a score is called."""
    return "answer" if unit == "standard deviations" else unit
