"""Numbers in words and with their sign, for pages, figures and reports."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def percent(share: float) -> str:
    """Return a share as a percentage that never rounds to a false certainty."""
    if share > 0.999:
        return "over 99.9 %"
    return "under 0.1 %" if share < 0.001 else f"{share:.1%}".replace("%", " %")


def listing(items: Sequence[str]) -> str:
    """Return "a", "a and b" or "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


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
