"""The columns of an analysis: one row a sample, the same names for every run."""

from __future__ import annotations

from collections.abc import Sequence

SINGLE_COLUMNS = (
    "id",
    "text",
    "label",
    "prediction",
    "probability",
    "correct",
    "jensen_shannon",
    "interaction",
)
EXPERT_COLUMNS = ("weight", "share", "contribution", "answer", "component")
# weight: the gate's. share: of the answer. contribution: to the predicted class's logit. answer: what the
# expert says alone. component: the interaction's part of the evidence for the predicted class, in nats.


def column(kind: str, expert: str) -> str:
    """Return the name of an expert's column: ``column("weight", "synergy")`` is ``weight_synergy``."""
    return f"{kind}_{expert}"


def columns_of(experts: Sequence[str]) -> list[str]:
    """Return all columns in order."""
    of_experts = [column(kind, expert) for kind in EXPERT_COLUMNS for expert in experts]
    return [*SINGLE_COLUMNS[:6], *of_experts, *SINGLE_COLUMNS[6:]]
