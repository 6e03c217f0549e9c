"""By what the points of a map can be coloured, and the group or number of each; kept for all sessions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from i2moe_core.analysis.schema import MAPS, Column, column, describe_columns
from i2moe_core.language import current
from i2moe_core.plots import expert_colours, expert_label, group_colours
from i2moe_core.plots.map import OTHERS, RIGHT, WRONG
from i2moe_core.plots.palette import INK
from i2moe_core.ui.mapped import places_on
from i2moe_core.ui.table import Key, Table

GROUPS = 10  # with a colour of their own
UNKNOWN = "not known"
_WHEN_EMPTY = re.compile(r"(?<=\?) Null [^.]*\.|; null [^.;]*|, else null")


@dataclass(frozen=True)
class Colouring:
    """What colours the points: a group each (with its colours, in the legend's order) or a number each."""

    groups: pd.Categorical | None = None
    colours: Mapping[str, str] | None = None
    values: np.ndarray | None = None


def colourings(table: Table) -> dict[str, str]:
    """Return what the points can be coloured by: plain name -> column."""
    regression = table.task == "regression"
    first = {} if regression else {"class": "label", "right or wrong": "correct", "answer": "prediction"}
    known = table.columns(["interaction"])["interaction"].notna().any()
    groups = {"dominant expert": "dominant"} | first | ({"true interaction": "interaction"} if known else {})
    return groups | {_label(c, table): c.name for c in _numbers(table)}


def meaning(table: Table, name: str) -> str:
    """Return what a column holds, in the words of the schema, without when it is empty."""
    columns = describe_columns(table.experts, table.modalities)
    return _WHEN_EMPTY.sub("", next((c.meaning for c in columns if c.name == name), ""))


def colouring(table: Table, name: str, by: str) -> Colouring:
    """Return the colours of the drawn samples by a column; do not write into it."""
    return _colouring(table.key, name, by, current(), _table=table)


@st.cache_resource(max_entries=16, show_spinner=False)
def _colouring(key: Key, name: str, by: str, language: str, _table: Table) -> Colouring:
    values = _table.columns([by])[by].iloc[places_on(_table, name)]
    if by not in ("dominant", "label", "correct", "prediction", "interaction"):
        return Colouring(values=values.to_numpy(dtype=np.float32))
    if by == "correct":
        groups = _renamed(values, lambda right: "right" if right else "wrong", UNKNOWN)
        return Colouring(groups, {"right": RIGHT, "wrong": WRONG, UNKNOWN: INK})
    if by in ("dominant", "interaction"):
        groups = _renamed(values, expert_label, UNKNOWN)
        further = [name for name in _table.interactions if name not in _table.experts]
        own = {expert_label(e): colour for e, colour in expert_colours([*_table.experts, *further]).items()}
        return Colouring(groups, own | dict.fromkeys(sorted(set(groups.categories) - set(own)), INK))
    # The largest classes of the whole table: a filter must not change a class's colour.
    counts = _table.columns([by])[by].value_counts()
    kept = [str(value) for value in counts.index[:GROUPS]]
    groups = _renamed(values, lambda value: str(value) if str(value) in kept else OTHERS, OTHERS)
    return Colouring(groups, group_colours(sorted(kept)) | {OTHERS: INK})


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


def _label(c: Column, table: Table) -> str:
    """Return a column's plain name: ``share_unique:image`` is "share: Image alone"."""
    for expert in (*table.experts, "mixture"):
        if c.name.endswith(f"_{expert}"):
            head = c.name.removesuffix(f"_{expert}").replace("_", " ")
            return f"{head}: {'whole model' if expert == 'mixture' else expert_label(expert)}"
    return c.name.replace("_", " ")
