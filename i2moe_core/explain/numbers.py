"""Numbers in words and with their sign, for pages, figures and reports."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import numpy as np

from i2moe_core.language import say


def percent(share: float) -> str:
    """Return a share as a percentage that never rounds to a false certainty."""
    if share > 0.999:
        return say("over 99.9%")
    return say("under 0.1%") if share < 0.001 else f"{share:.1%}"


def counted(share: float) -> str:
    """Return a share of counted samples like ``percent``, but all and nothing as what they are."""
    return f"{share:.0%}" if min(share, 1 - share) < 1e-9 else percent(share)


def with_interval(value: str, low: str, high: str) -> str:
    """Return a written number with the ends of its interval."""
    return say("{value} ({low} to {high})", value=value, low=low, high=high)


def listing(items: Sequence[str]) -> str:
    """Return "a", "a and b" or "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    *first, last = items
    most = reduce(lambda left, right: say("{left}, {right}", left=left, right=right), first)
    return say("{most} and {last}", most=most, last=last)


def clauses(parts: Sequence[str]) -> str:
    """Return parts of a sentence that have verbs of their own as one: "a is so, and b is so"."""
    return reduce(lambda before, after: say("{before}, and {after}", before=before, after=after), parts)


def joined(sentences: Sequence[str]) -> str:
    """Return whole sentences one after the other, with a space between them where the language has one."""
    if not sentences:
        return ""
    return reduce(lambda first, second: say("{first} {second}", first=first, second=second), sentences)


def digits_for(values: Sequence[float] | np.ndarray) -> int:
    """Return how many decimals tell ``values`` apart: small sums need more."""
    largest = float(np.max(np.abs(values), initial=0.0))
    return 2 if largest >= 0.1 or largest == 0 else 3 if largest >= 0.01 else 4


def signed(value: float, digits: int = 2) -> str:
    """Write a number with its sign, and one that rounds to zero without."""
    size = f"{abs(value):.{digits}f}"
    if float(size) == 0:
        return size
    return ("−" if value < 0 else "+") + size


def sum_sentence(parts: np.ndarray, total: float) -> str:
    """Write the sum out: "1.20 + 0.31 − 0.05 = 1.46"."""
    digits = digits_for([*parts, total])
    terms = [signed(float(part), digits) for part in parts]
    rest = "".join(f" {term[0]} {term[1:]}" if term[0] in "+−" else f" + {term}" for term in terms[1:])
    return f"{''.join(terms[:1]).removeprefix('+')}{rest} = {signed(total, digits).removeprefix('+')}"


def rounded_to_sum(
    parts: Sequence[float] | np.ndarray, total: float, digits: int
) -> tuple[np.ndarray, float]:
    """Return parts and total rounded so that the sum of the shown parts is the shown total.

    The total is rounded as usual; each part is rounded down or up, up where most was cut off (largest
    remainders), so that a shown part differs from the true one by less than one unit of its last digit.
    ``parts`` must sum to ``total`` but for the computer's own rounding.
    """
    unit = 10.0**-digits
    scaled = np.asarray(parts, dtype=float) / unit
    low = np.floor(scaled)
    wanted = round(total / unit)
    missing = min(max(int(wanted - low.sum()), 0), len(low))
    up = np.argsort(-(scaled - low), kind="stable")[:missing]
    low[up] += 1
    return np.round(low * unit, digits) + 0.0, round(wanted * unit, digits) + 0.0
