"""The audit of a run in traffic-light words: may its weights be believed?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from i2moe_core.plots import expert_label

Light = Literal["good", "partly", "poor", "unknown"]
WORDS: dict[Light, str] = {"good": "holds", "partly": "partly", "poor": "fails", "unknown": "not known"}
COLOURS: dict[Light, str] = {"good": "#4E9A51", "partly": "#C29A22", "poor": "#CF4B44", "unknown": "#8A909C"}


@dataclass(frozen=True)
class Check:
    """One question put to a run: its measured value, the mark to reach and what came out."""

    question: str
    label: str
    value: float | None
    goal: float
    light: Light
    meaning: str


def checks_of(audit: Mapping[str, Any] | None) -> list[Check]:
    """Return the four checks of an audit, in the order in which they are asked."""
    found = audit or {}
    return [
        _check(
            found.get("accuracy"),
            "Is it right?",
            "Accuracy",
            0.9,
            0.6,
            "share of test samples answered rightly",
        ),
        _check(
            found.get("contribution_argmax"),
            "Does the leading expert name the true interaction?",
            "True interaction named",
            0.9,
            0.6,
            "share of samples whose largest contribution comes from the expert of the true kind",
        ),
        _roles_check(found),
        _leak(found),
    ]


def trust(audit: Mapping[str, Any] | None) -> tuple[Light, str]:
    """Say whether the weights of a run may be read as an explanation, and why."""
    if not audit:
        return (
            "unknown",
            "Nobody has audited this run: read its weights as unproven. `i2moe audit RUN` checks it.",
        )
    named, roles, leak = checks_of(audit)[1:]
    judged = [check.light for check in (named, roles, leak) if check.light != "unknown"]
    if "poor" in judged:
        return "poor", _misleading(named, roles, leak)
    if named.light == "unknown":
        return "partly", (
            "The true interactions of this data are not known; the experts' reactions fit their names."
            if roles.light == "good"
            else "The true interactions of this data are not known, and the experts fit their names in part."
        )
    if "partly" in judged or not judged:
        return "partly", "The audit passes only in part: read the weights as a hint."
    return (
        "good",
        f"Audited: the leading expert names the true interaction in {named.value:.1%} of the test samples.",
    )


def audit_frame(audit: Mapping[str, Any] | None) -> pd.DataFrame:
    """Return the rows of the audit's figure: the known checks, then each expert's role."""
    rows = [(c.label, c.value, c.goal, COLOURS[c.light]) for c in checks_of(audit) if c.value is not None]
    for name, value in _roles(audit or {}).items():
        light = _light(value, 0.75, 0.5)
        rows.append((f"Role of {expert_label(name)}", value, 0.75, COLOURS[light]))
    return pd.DataFrame(rows, columns=["label", "value", "goal", "colour"])


def _light(value: float | None, goal: float, least: float) -> Light:
    if value is None:
        return "unknown"
    if value >= goal:
        return "good"
    return "partly" if value >= least else "poor"


def _check(value: Any, question: str, label: str, goal: float, least: float, meaning: str) -> Check:
    number = _number(value)
    return Check(question, label, number, goal, _light(number, goal, least), meaning)


def _leak(audit: Mapping[str, Any]) -> Check:
    value = _number(audit.get("leak"))
    meaning = "how well the weights alone betray the answer: 0.5 is not at all, 1 is completely; low is good"
    if value is None or _number(audit.get("contribution_argmax")) is None:
        light: Light = "unknown"  # without known types a leak may be the data's own
    else:
        light = _light(1 - value, 0.35, 0.3)
    return Check(
        "Do the weights keep the answer to themselves?", "Leak (low is good)", value, 0.65, light, meaning
    )


def _roles_check(audit: Mapping[str, Any]) -> Check:
    values = list(_roles(audit).values())
    mean = float(np.mean(values)) if values else None
    light = _light(mean, 0.75, 0.5)
    if light == "good" and min(values) < 0.5:  # a mean hides one expert that does something else
        light = "partly"
    question = "Do the experts react as their names say?"
    meaning = "1 when each expert moves with the inputs that it is named after, and with no other"
    return Check(question, "Roles kept", mean, 0.75, light, meaning)


def _roles(audit: Mapping[str, Any]) -> dict[str, float]:
    roles = audit.get("roles") or {}
    return {str(name): n for name, value in roles.items() if (n := _number(value)) is not None}


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not np.isfinite(value):
        return None
    return float(value)


def _misleading(named: Check, roles: Check, leak: Check) -> str:
    if named.light == "poor" and named.value is not None:
        return (
            f"Misleading: the leading expert names the true interaction in only {named.value:.0%} "
            "of the test samples. The weights of this run do not explain its answers."
        )
    if roles.light == "poor":
        return "Misleading: the experts of this run do not react as their names say."
    return f"Misleading: the weights of this run give the answer away (leak {leak.value or 0:.2f})."
