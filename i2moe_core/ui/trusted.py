"""The audit of a run as frames for figures and as sentences, with the run's own numbers; draws nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from i2moe_core.analysis.audit import POINTWISE_LIMIT
from i2moe_core.analysis.triangulation import MEASURES
from i2moe_core.checkpoint import Run
from i2moe_core.expert_set import read_name
from i2moe_core.explain.palette import input_label, inputs_label
from i2moe_core.explain.verdict import roles_of
from i2moe_core.language import say
from i2moe_core.measures.intervals import wilson_interval
from i2moe_core.model.single_fusion import SingleFusion
from i2moe_core.plots import expert_label
from i2moe_core.plots.palette import INK, expert_colours
from i2moe_core.types import REDUNDANCY, SYNERGY, UNIQUE
from i2moe_core.ui.words import percent, plain

Audit = Mapping[str, Any]
ROLE_GOAL = 0.75
_NAMED = {
    "contribution_argmax": "share",
    "gate_argmax": "weight",
    "probe_argmax": "component",
    "pointwise_argmax": "model_component",
}


def is_single(run: Run) -> bool:
    """Say whether a run is a single fusion, which has no experts."""
    return isinstance(run.model, SingleFusion)


def number_of(values: Mapping[str, Any] | None, *keys: str) -> float | None:
    """Return the number that lies under nested keys; None where it is not there or not finite."""
    found: Any = values
    for key in keys:
        found = found.get(key) if isinstance(found, Mapping) else None
    known = isinstance(found, (int, float)) and not isinstance(found, bool) and math.isfinite(found)
    return float(found) if known else None


def beginning(text: str) -> str:
    """Return a name as it begins a line."""
    return text[:1].upper() + text[1:]


def recovery_rows(audit: Audit) -> pd.DataFrame:
    """Return ``measure label share low high``: what names the true interaction how often; empty if unknown.

    The intervals are Wilson's of the samples counted, which for a mean over the types is near enough.
    """
    rows = []
    for key, measure in _NAMED.items():
        share = number_of(audit, key)
        if share is not None:
            count = float(audit.get("samples") or 0)
            count = min(count, POINTWISE_LIMIT) if key == "pointwise_argmax" else count
            low, high = wilson_interval(share * count, count)
            rows.append((measure, say(MEASURES[measure].label), share, low, high))
    return pd.DataFrame(rows, columns=["measure", "label", "share", "low", "high"])


def role_rows(audit: Audit) -> pd.DataFrame:
    """Return ``expert score ability specificity`` of the experts that were tested."""
    detail = audit.get("roles_detail") or {}
    rows = [
        (name, score, *(_or_nan(number_of(detail, name, part)) for part in ("ability", "specificity")))
        for name, score in roles_of(audit).items()
    ]
    return pd.DataFrame(rows, columns=["expert", "score", "ability", "specificity"])


def role_sentences(audit: Audit) -> list[str]:
    """Say of each tested expert what was swapped and what became of its answers."""
    detail = audit.get("roles_detail") or {}
    tested = [(name, score) for name, score in roles_of(audit).items() if detail.get(name)]
    return [
        say(
            "**{expert}** ({score:.2f}): {finding}",
            expert=plain(expert_label(name)), score=score, finding=_what_happened(name, detail[name]),
        )
        for name, score in tested
    ]  # fmt: skip


def silent_inputs(audit: Audit) -> list[str]:
    """Name the inputs that tell next to nothing alone, by their probe: no expert can show more than that."""
    chance = number_of(audit, "roles_detail", "chance")
    whole = number_of(audit, "probe_accuracy", "all")
    if chance is None or whole is None or whole <= chance:
        return []
    parts = {name: number_of(audit, "probe_accuracy", name) for name in audit["probe_accuracy"]}
    return [
        name
        for name, value in parts.items()
        if name != "all" and value is not None and value - chance < 0.1 * (whole - chance)
    ]


def type_rows(audit: Audit) -> pd.DataFrame:
    """Return ``label value colour``: how right the answers are by true interaction; empty if unknown."""
    found = {name: number_of(audit, "accuracy_by_type", name) for name in audit.get("accuracy_by_type") or {}}
    colours = expert_colours(list(found))
    rows = [(expert_label(n), value, colours[n]) for n, value in found.items() if value is not None]
    return pd.DataFrame(rows, columns=["label", "value", "colour"])


def probe_rows(audit: Audit) -> pd.DataFrame:
    """Return ``label value colour``: how right the answers are from each input alone, and from all."""
    names = list(audit.get("probe_accuracy") or {})
    colours = expert_colours([f"{UNIQUE}:{name}" for name in names if name != "all"])
    rows = [
        (
            say("All inputs") if name == "all" else beginning(input_label(name)), value,
            colours.get(f"{UNIQUE}:{name}", INK),
        )
        for name in names
        if (value := number_of(audit, "probe_accuracy", name)) is not None
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["label", "value", "colour"])


def helper_rows(audit: Audit) -> pd.DataFrame:
    """Return ``group expert value``: who speaks for the right answer where one input alone is wrong."""
    rows = [
        (say("{Input} wrong", Input=beginning(input_label(name))), expert, float(value))
        for name, part in (audit.get("needed_together") or {}).items()
        if part.get("samples")
        for expert, value in part["evidence"].items()
        if value is not None
    ]
    return pd.DataFrame(rows, columns=["group", "expert", "value"])


def weakest_role(audit: Audit) -> tuple[str, float] | None:
    """Return the expert with the lowest role score."""
    roles = roles_of(audit)
    return min(roles.items(), key=lambda pair: pair[1]) if roles else None


def strongest_role(audit: Audit) -> tuple[str, float] | None:
    """Return the expert with the highest role score."""
    roles = roles_of(audit)
    return max(roles.items(), key=lambda pair: pair[1]) if roles else None


def mean_role(audit: Audit) -> float | None:
    """Return the mean of the role scores."""
    roles = roles_of(audit)
    return float(np.mean(list(roles.values()))) if roles else None


def _what_happened(name: str, part: Mapping[str, Any]) -> str:
    parts = read_name(name)

    def share(key: str) -> str:
        value = number_of(part, key)
        return "?" if value is None else percent(value)

    def size(key: str) -> str:
        value = number_of(part, key)
        return "?" if value is None else f"{value:.2f}"

    if parts.role == UNIQUE:
        return say(
            "right in {right} when every other input is another sample's. Its answer moves by {own} when the "
            "{input} is swapped and by {others} when the rest is (0 not at all, 1 entirely).",
            right=share("accuracy_others_swapped"), own=size("tv_own"), others=size("tv_others"),
            input=plain(inputs_label(parts.modalities)),
        )  # fmt: skip
    if parts.role == SYNERGY:
        return say(
            "right in {right} as given, in {swapped} at most once an input is another sample's. It should "
            "then fall silent; it is still {sure} sure.",
            right=share("accuracy"), swapped=share("accuracy_swapped"), sure=share("confidence_swapped"),
        )  # fmt: skip
    if parts.role == REDUNDANCY:
        return say(
            "right in {right} when an input comes from a sample that says the same. When one says something "
            "else it should fall silent; it is still {sure} sure.",
            right=share("accuracy_agreeing"), sure=share("confidence_contradicting"),
        )  # fmt: skip
    return say("ability {can}, specificity {only}.", can=size("ability"), only=size("specificity"))


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else value
