"""Which samples count: a filter as plain values, and its mask, made once and shared by every figure.

    chosen = filter_bar(table)           # ui/components/filter_bar.py asks, and keeps it in the link
    rows = apply(table, chosen)          # (N,) bool, shared: do not write into it
    distributions(table.columns([...]), "share", table.experts, rows=rows)

A ``Filter`` is hashable, so what is computed under it can be cached by ``(table.key, chosen, ...)``.
To filter from a click, assign to the widgets' keys in a callback: ``choose(experts=["synergy"])``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from i2moe_core.ui.table import Table

WHOLE = (0.0, 1.0)
RIGHT, WRONG = "right", "wrong"
# The widgets' keys, which are the names in the link: the same on every page, so that a filter travels.
CLASS, EXPERT, APART, SURE, TEXT, CORRECT = (
    "f_class", "f_expert", "f_apart", "f_sure", "f_text", "f_correct"
)  # fmt: skip


@dataclass(frozen=True)
class Filter:
    """All conditions hold together; an empty one lets everything pass.

    classes: the right answer is (with several labels: has) one of them. experts: one of them has the largest
    share. apart: bounds of ``jensen_shannon``. sure: bounds of the answer's probability. text: contained in
    the text, in any case. correct: "right", "wrong" or "".
    """

    classes: tuple[str, ...] = ()
    experts: tuple[str, ...] = ()
    apart: tuple[float, float] = WHOLE
    sure: tuple[float, float] = WHOLE
    text: str = ""
    correct: str = ""

    @property
    def empty(self) -> bool:
        """Whether everything passes."""
        return self == Filter()


def apply(table: Table, chosen: Filter) -> np.ndarray:
    """Return which rows pass, (N,) bool; do not write into it.

    Raises:
        InputError: the file is damaged.
    """
    return _mask(table.key, chosen, _table=table)


def choose(
    classes: Sequence[str] | None = None, experts: Sequence[str] | None = None, correct: str | None = None
) -> None:
    """Set conditions as if the visitor had; None leaves one as it is. For use in a callback."""
    for key, values in ((CLASS, classes), (EXPERT, experts)):
        if values is not None:
            st.session_state[key] = list(values)
    if correct is not None:
        st.session_state[CORRECT] = correct or None


def reset() -> None:
    """Take all conditions away. For use in a callback."""
    st.session_state[CLASS], st.session_state[EXPERT] = [], []
    st.session_state[APART], st.session_state[SURE] = WHOLE, WHOLE
    st.session_state[TEXT], st.session_state[CORRECT] = "", None


@st.cache_resource(max_entries=24, show_spinner=False)
def _mask(key: tuple[str, int], chosen: Filter, _table: Table) -> np.ndarray:
    rows = np.ones(_table.length, dtype=bool)
    if chosen.classes:
        rows &= _among(_column(_table, "label"), chosen.classes, _table.task == "multilabel")
    if chosen.experts:
        rows &= _among(_column(_table, "dominant"), chosen.experts)
    for name, bounds in (("jensen_shannon", chosen.apart), ("probability", chosen.sure)):
        if bounds != WHOLE:
            rows &= _between(_column(_table, name), bounds)
    if chosen.correct:
        rows &= (_column(_table, "correct") == (chosen.correct == RIGHT)).fillna(False).to_numpy(dtype=bool)
    if chosen.text:
        rows &= _table.with_text(chosen.text)
    rows.flags.writeable = False
    return rows


def _column(table: Table, name: str) -> pd.Series:
    return table.columns([name])[name]


def _among(values: pd.Series, wanted: Sequence[str], several: bool = False) -> np.ndarray:
    """Return which values are among the wanted, (N,); with ``several`` labels to a value, by comma."""
    category = values.astype("category")
    names = category.cat.categories
    hits = [bool({name, *(name.split(", ") if several else ())} & set(wanted)) for name in map(str, names)]
    found: np.ndarray = np.append(np.array(hits, dtype=bool), False)[category.cat.codes.to_numpy()]
    return found


def _between(values: pd.Series, bounds: tuple[float, float]) -> np.ndarray:
    """Return which values lie within the bounds; what is not known does not. Bounds are of two digits."""
    numbers = values.to_numpy(dtype=np.float32)
    low, high = np.float32(bounds[0]), np.float32(bounds[1])
    found: np.ndarray = (numbers >= low) & (numbers <= high)
    return found
