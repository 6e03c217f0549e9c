"""The test of a map, in words, under it: is it better than a random one, and does another method agree?"""

from __future__ import annotations

from collections.abc import Mapping

from i2moe_core.explain.attribution.badge import CHANCE, HOLDS, WEAK, Badge
from i2moe_core.explain.numbers import signed
from i2moe_core.explain.report.markup import Child, Markup, number, tag
from i2moe_core.explain.report.parts import chip
from i2moe_core.explain.verdict import Light

_LIGHTS: Mapping[str, Light] = {HOLDS: "good", WEAK: "partly", CHANCE: "poor"}
_ALIKE = 0.5  # rank correlation from which two methods are said to agree


def badge_lines(badge: Badge | None) -> Markup:
    """Return a badge's verdict and its sentences; that there was no test where there is none."""
    if badge is None:
        return tag("p", chip("unknown", "not tested"), class_="note")
    sentences: list[Child] = [" ".join(badge.sentences)]
    if badge.agreement is not None and badge.other is not None:
        sentences += [" ", *_agreement(badge.agreement, badge.other)]
    return tag("p", chip(_LIGHTS[badge.verdict], badge.verdict), " ", sentences, class_="note badge")


def _agreement(correlation: float, other: str) -> list[Child]:
    does = "agrees" if correlation >= _ALIKE else "agrees in part" if correlation >= 0.2 else "disagrees"
    shown = number(correlation, signed(correlation))
    return [f"Another method, {other.replace('_', ' ')}, {does} on the order (rank correlation ", shown, ")."]
