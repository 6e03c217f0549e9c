"""The audit of a run in traffic-light words: may its weights be believed?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from i2moe_core.language import marked, say

Light = Literal["good", "partly", "poor", "unknown"]
WORDS: dict[Light, str] = {
    "good": marked("holds"),
    "partly": marked("partly"),
    "poor": marked("fails"),
    "unknown": marked("not known"),
}


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
            marked("Is it right?"),
            marked("Accuracy"),
            0.9,
            0.6,
            marked("share of test samples answered rightly"),
        ),
        _check(
            found.get("contribution_argmax"),
            marked("Does the leading expert name the true interaction?"),
            marked("True interaction named"),
            0.9,
            0.6,
            marked("share of samples whose largest contribution comes from the expert of the true kind"),
        ),
        _roles_check(found),
        _leak(found),
    ]


def trust(audit: Mapping[str, Any] | None) -> tuple[Light, str]:
    """Say whether the weights of a run may be read as an explanation, and why."""
    if not audit:
        return (
            "unknown",
            say("Nobody has audited this run: read its weights as unproven. `i2moe audit RUN` checks it."),
        )
    named, roles, leak = checks_of(audit)[1:]
    judged = [check.light for check in (named, roles, leak) if check.light != "unknown"]
    if "poor" in judged:
        return "poor", _misleading(named, roles, leak)
    if named.light == "unknown":
        return "partly", (
            say("The true interactions of this data are not known; the experts' reactions fit their names.")
            if roles.light == "good"
            else say(
                "The true interactions of this data are not known, and the experts fit their names in part."
            )
        )
    if "partly" in judged or not judged:
        return "partly", say("The audit passes only in part: read the weights as a hint.")
    return (
        "good",
        say(
            "Audited: the leading expert names the true interaction in {share:.1%} of the test samples.",
            share=named.value,
        ),
    )


def light_of(value: float | None, goal: float, least: float) -> Light:
    """Judge a value by the mark to reach and the least that counts."""
    if value is None:
        return "unknown"
    if value >= goal:
        return "good"
    return "partly" if value >= least else "poor"


def _check(value: Any, question: str, label: str, goal: float, least: float, meaning: str) -> Check:
    number = _number(value)
    return Check(question, label, number, goal, light_of(number, goal, least), meaning)


def _leak(audit: Mapping[str, Any]) -> Check:
    value = _number(audit.get("leak"))
    meaning = marked(
        "how well the weights alone betray the answer: 0.5 is not at all, 1 is completely; low is good"
    )
    if value is None or _number(audit.get("contribution_argmax")) is None:
        light: Light = "unknown"  # without known types a leak may be the data's own
    else:
        light = light_of(1 - value, 0.35, 0.3)
    return Check(
        marked("Do the weights keep the answer to themselves?"),
        marked("Leak (low is good)"),
        value,
        0.65,
        light,
        meaning,
    )


def _roles_check(audit: Mapping[str, Any]) -> Check:
    values = list(roles_of(audit).values())
    mean = float(np.mean(values)) if values else None
    light = light_of(mean, 0.75, 0.5)
    if light == "good" and min(values) < 0.5:  # a mean hides one expert that does something else
        light = "partly"
    question = marked("Do the experts react as their names say?")
    meaning = marked("1 when each expert moves with the inputs that it is named after, and with no other")
    return Check(question, marked("Roles kept"), mean, 0.75, light, meaning)


def roles_of(audit: Mapping[str, Any]) -> dict[str, float]:
    """Return the known role scores of an audit by expert."""
    roles = audit.get("roles") or {}
    return {str(name): n for name, value in roles.items() if (n := _number(value)) is not None}


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not np.isfinite(value):
        return None
    return float(value)


def _misleading(named: Check, roles: Check, leak: Check) -> str:
    if named.light == "poor" and named.value is not None:
        return say(
            "Misleading: the leading expert names the true interaction in only {share:.0%} of the test "
            "samples. The weights of this run do not explain its answers.",
            share=named.value,
        )
    if roles.light == "poor":
        return say("Misleading: the experts of this run do not react as their names say.")
    return say(
        "Misleading: the weights of this run give the answer away (leak {leak:.2f}).", leak=leak.value or 0
    )
