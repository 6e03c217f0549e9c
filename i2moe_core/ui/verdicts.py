"""The audit of a run as a figure's rows; the judgement itself is made in ``explain.verdict``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from i2moe_core.explain.verdict import WORDS, Check, Light, checks_of, light_of, roles_of, trust
from i2moe_core.language import say
from i2moe_core.plots import expert_label

__all__ = ["COLOURS", "WORDS", "Check", "Light", "audit_frame", "checks_of", "trust"]

COLOURS: dict[Light, str] = {"good": "#4E9A51", "partly": "#C29A22", "poor": "#CF4B44", "unknown": "#8A909C"}


def audit_frame(audit: Mapping[str, Any] | None) -> pd.DataFrame:
    """Return the rows of the audit's figure: the known checks, then each expert's role."""
    rows = [
        (say(c.label), c.value, c.goal, COLOURS[c.light]) for c in checks_of(audit) if c.value is not None
    ]
    for name, value in roles_of(audit or {}).items():
        light = light_of(value, 0.75, 0.5)
        rows.append((say("Role of {expert}", expert=expert_label(name)), value, 0.75, COLOURS[light]))
    return pd.DataFrame(rows, columns=["label", "value", "goal", "colour"])
