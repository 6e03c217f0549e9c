"""By what the points of a map can be coloured, and the group or number of each; kept for all sessions.

What is kept are codes, the same for all visitors; a group's name is said when it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from i2moe_core.analysis.schema import MAPS, Column, column, describe_columns
from i2moe_core.language import say
from i2moe_core.plots import expert_colours, expert_label, group_colours
from i2moe_core.plots.map import RIGHT, WRONG
from i2moe_core.plots.palette import INK
from i2moe_core.ui.column_words import column_words
from i2moe_core.ui.mapped import places_on
from i2moe_core.ui.table import Key, Table

GROUPS = 10  # with a colour of their own
EXPERTS, ANSWERS, CORRECT = ("dominant", "interaction"), ("label", "prediction"), "correct"
GROUPED = (*EXPERTS, *ANSWERS, CORRECT)  # the columns of groups; all others hold numbers
REST = ""  # in the place of a group: not known, or too small for a colour


@dataclass(frozen=True)
class Colouring:
    """What colours the points: a group each, by code, or a number each.

    colours: code -> colour, in the legend's order. labels: code -> its name in the visitor's language.
    """

    groups: pd.Categorical | None = None
    colours: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    values: np.ndarray | None = None


def colourings(table: Table) -> dict[str, str]:
    """Return what the points can be coloured by: column -> its name in the visitor's language."""
    names = ["dominant"] if table.task == "regression" else ["dominant", "label", "correct", "prediction"]
    if table.columns(["interaction"])["interaction"].notna().any():
        names.append("interaction")
    words = column_words(table)
    return {name: words[name].name for name in [*names, *(c.name for c in _numbers(table))]}


def meaning(table: Table, name: str) -> str:
    """Return in a sentence what a column holds."""
    return column_words(table)[name].meaning


def colouring(table: Table, name: str, by: str) -> Colouring:
    """Return the colours of the drawn samples by a column; do not write into it."""
    found = _colouring(table.key, name, by, _table=table)
    return replace(found, labels={code: _label(by, code) for code in found.colours})


@st.cache_resource(max_entries=16, show_spinner=False)
def _colouring(key: Key, name: str, by: str, _table: Table) -> Colouring:
    values = _table.columns([by])[by].iloc[places_on(_table, name)]
    if by not in GROUPED:
        return Colouring(values=values.to_numpy(dtype=np.float32))
    if by == CORRECT:
        groups = _renamed(values, lambda right: "right" if right else "wrong", REST)
        return Colouring(groups, {"right": RIGHT, "wrong": WRONG, REST: INK})
    if by in EXPERTS:
        groups = _renamed(values, str, REST)
        further = [name for name in _table.interactions if name not in _table.experts]
        own = expert_colours([*_table.experts, *further])
        return Colouring(groups, own | dict.fromkeys(sorted(set(groups.categories) - set(own)), INK))
    # The largest classes of the whole table: a filter must not change a class's colour.
    counts = _table.columns([by])[by].value_counts()
    kept = [str(value) for value in counts.index[:GROUPS]]
    groups = _renamed(values, lambda value: str(value) if str(value) in kept else REST, REST)
    return Colouring(groups, group_colours(sorted(kept)) | {REST: INK})


def _label(by: str, code: str) -> str:
    if code == REST:
        return say("others") if by in ANSWERS else say("not known")
    if by in EXPERTS:
        return expert_label(code)
    if by == CORRECT:
        return say("right") if code == "right" else say("wrong")
    return code


def _renamed(values: pd.Series, name: Callable[[Any], str], unknown: str) -> pd.Categorical:
    """Return each value's name, made once a distinct value; ``unknown`` where there is none."""
    codes, distinct = pd.factorize(values)
    names, kinds = pd.factorize(np.array([*map(name, distinct), unknown], dtype=object))
    there = np.unique(names[codes])  # a missing value has the last place, -1
    groups: pd.Categorical = pd.Categorical.from_codes(np.searchsorted(there, names[codes]), kinds[there])
    return groups


def _numbers(table: Table) -> list[Column]:
    """Return the columns of numbers that this task fills and that are no place on a map."""
    regression = table.task == "regression"
    empty = (
        {"probability", *(column("confidence", e) for e in table.experts)}
        if regression
        else {"label_value", "predicted_value"}
    )
    placed = tuple(f"{name}_" for name in MAPS)
    return [
        c for c in describe_columns(table.experts, table.modalities)
        if c.kind == "number" and c.name not in empty and not c.name.startswith(placed)
    ]  # fmt: skip
