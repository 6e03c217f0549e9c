"""How marked each weak point is, judged by marks of our own that guide the eye and pass or fail nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from i2moe_core.explain.verdict import Light
from i2moe_core.language import marked
from i2moe_core.ui.trusted import number_of

LIGHT_WORDS: dict[Light, str] = {
    "good": marked("no sign"),
    "partly": marked("some"),
    "poor": marked("marked"),
    "unknown": marked("cannot say"),
}


def light_of_point(key: str, point: Mapping[str, Any]) -> Light:
    """Judge one weak point."""
    return JUDGES[key](point["numbers"])


def _rising(value: float | None, partly: float, poor: float) -> Light:
    """Judge a number of which more is worse."""
    if value is None:
        return "unknown"
    return "good" if value < partly else "partly" if value < poor else "poor"


def _conflict(numbers: Mapping[str, Any]) -> Light:
    logged = numbers.get("logged")
    if logged:
        mean = number_of(logged[0], "mean")
        return _rising(None if mean is None else -mean, 0.2, 0.5)
    lowest = [number_of(phase, "lowest", "cosine") for phase in numbers["phases"].values()]
    known = [cosine for cosine in lowest if cosine is not None]
    # At settled weights gradients balance: opposed losses are no fault yet, so this never says "marked".
    return ("partly" if min(known) < -0.3 else "good") if known else "unknown"


def _suppression(numbers: Mapping[str, Any]) -> Light:
    even, gradient = number_of(numbers, "even"), numbers.get("gradient") or {}
    if even is None or not gradient:
        return "unknown"
    least = min(gradient, key=lambda name: gradient[name])
    if gradient[least] >= 0.5 * even:
        return "good"
    return "partly" if (number_of(numbers, "own", least) or 0) >= 0.5 else "poor"


def _disagreement(numbers: Mapping[str, Any]) -> Light:
    share = number_of(numbers, "share")
    if share is None or share in (0.0, 1.0):
        return "unknown"
    verdicts: dict[str, Light] = {"good": "partly", "unclear": "good", "bad": "poor"}
    return verdicts.get(str((numbers.get("sign") or {}).get("verdict")), "unknown")


def _replacement(numbers: Mapping[str, Any]) -> Light:
    random = numbers.get("random")
    spread, effect = (_mean((random or {}).get(key)) for key in ("experts", "effect"))
    return _rising(spread / effect if spread is not None and effect else None, 0.25, 0.75)


def _experts(numbers: Mapping[str, Any]) -> Light:
    lows = [number_of(part, "drop_low") for part in (numbers.get("without") or {}).values()]
    known = [low for low in lows if low is not None]
    idle = sum(low <= 0 for low in known)
    return "unknown" if not known else "good" if idle == 0 else "partly" if idle == 1 else "poor"


def _gate(numbers: Mapping[str, Any]) -> Light:
    if number_of(numbers, "by_interaction") is None:
        return "unknown"
    return _rising(number_of(numbers, "by_class"), 0.1, 0.3)


def _margin(numbers: Mapping[str, Any]) -> Light:
    if not numbers.get("used"):
        return "good"
    rows = numbers.get("sweep") or numbers.get("sensitivity") or []
    values = [value for row in rows if (value := number_of(row, "accuracy")) is not None]
    if not values:
        values = [value for row in rows if (value := number_of(row, "active")) is not None]
    return _rising(max(values) - min(values) if values else None, 0.05, 0.2)


def _cost(numbers: Mapping[str, Any]) -> Light:
    return _rising(number_of(numbers, "training", "ratio"), 1.5, 5.0)


def _mean(values: Mapping[str, float] | None) -> float | None:
    return float(np.mean(list(values.values()))) if values else None


JUDGES: dict[str, Callable[[Mapping[str, Any]], Light]] = {
    "conflict": _conflict,
    "suppression": _suppression,
    "disagreement": _disagreement,
    "replacement": _replacement,
    "experts": _experts,
    "gate": _gate,
    "margin": _margin,
    "cost": _cost,
}
