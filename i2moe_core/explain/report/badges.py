"""The test of a map, in words, under it: is it better than a random one, and does another method agree?"""

from __future__ import annotations

from collections.abc import Mapping

from i2moe_core.explain.attribution.badge import CHANCE, HOLDS, WEAK, Badge
from i2moe_core.explain.attribution.method_names import method_name
from i2moe_core.explain.numbers import signed
from i2moe_core.explain.report.markup import Child, Markup, number, tag, woven
from i2moe_core.explain.report.parts import chip, in_a_row
from i2moe_core.explain.verdict import Light
from i2moe_core.language import say

_LIGHTS: Mapping[str, Light] = {HOLDS: "good", WEAK: "partly", CHANCE: "poor"}
_ALIKE, _ALIKE_IN_PART = 0.5, 0.2  # rank correlations from which two methods are said to agree


def badge_lines(badge: Badge | None) -> Markup:
    """Return a badge's verdict and its sentences; that there was no test where there is none."""
    if badge is None:
        return tag("p", chip("unknown", say("not tested")), class_="note")
    sentences: list[Child] = [*badge.sentences]
    if badge.agreement is not None and badge.other is not None:
        sentences.append(_agreement(badge.agreement, badge.other))
    verdict = chip(_LIGHTS[badge.verdict], say(badge.verdict))
    return tag("p", verdict, " ", in_a_row(*sentences), class_="note badge")


def _agreement(correlation: float, other: str) -> list[Child]:
    if correlation >= _ALIKE:
        told = say("Another method, {method}, agrees on the order (rank correlation {value}).")
    elif correlation >= _ALIKE_IN_PART:
        told = say("Another method, {method}, agrees in part on the order (rank correlation {value}).")
    else:
        told = say("Another method, {method}, disagrees on the order (rank correlation {value}).")
    return woven(told, method=method_name(other), value=number(correlation, signed(correlation)))
