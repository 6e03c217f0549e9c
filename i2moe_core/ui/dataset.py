"""The numbers of the Data set page under a filter, and what its groups are called; figures are never kept.

Small frames of numbers and codes are kept for all sessions; names are put on where they are shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext

import numpy as np
import pandas as pd
import streamlit as st

from i2moe_core.analysis.columns import sample_rows
from i2moe_core.analysis.schema import column
from i2moe_core.analysis.store import read_rows
from i2moe_core.analysis.summaries import ALL, class_table, distributions, dominance
from i2moe_core.language import marked, say
from i2moe_core.measures.intervals import share_interval
from i2moe_core.measures.slices import Slice, found_slices
from i2moe_core.measures.words import OverWord, count_words, over_represented
from i2moe_core.plots.palette import expert_label, inputs_label
from i2moe_core.ui.filters import RIGHT, WRONG, Filter, apply
from i2moe_core.ui.table import Key, Table

TEXTS = 10_000  # samples whose words are counted
MAPPED = 20_000  # samples in which slices are looked for
WORDS = 8
NOTHING, SLICE = "nothing", "slice"  # groupings that are no column
ELSEWHERE, UNKNOWN = "elsewhere", "unknown"
GROUPINGS = {  # what the samples can be split by
    NOTHING: marked("nothing"),
    "class": marked("class"),
    "correct": marked("right or wrong"),
    "answer": marked("model's answer"),
    "dominant": marked("dominant expert"),
    "interaction": marked("true interaction"),
    "missing": marked("missing input"),
    "disagreement": marked("disagreement, in quarters"),
    "confidence": marked("confidence, in quarters"),
    SLICE: marked("found slice"),
}
_NUMBERS = ("jensen_shannon", "probability", "label_value", "predicted_value")  # cut into quarters
_OWN = {  # groups that have no name in the data, by column
    "correct": {RIGHT: marked("right"), WRONG: marked("wrong")},
    "missing": {"": marked("nothing missing")},
    SLICE: {ELSEWHERE: marked("elsewhere")},
}


def leads(table: Table, chosen: Filter) -> pd.DataFrame:
    """Return how often each expert has the largest share: ``expert count share low high``, with intervals."""
    return _leads(table.key, chosen, _table=table)


def spread(table: Table, chosen: Filter, kind: str, by: str | None) -> pd.DataFrame:
    """Return ``summaries.distributions`` of the samples that pass; ``by`` may be SLICE."""
    with st.spinner(say("Looking for slices …")) if by == SLICE else nullcontext():
        return _spread(table.key, chosen, kind, by, _table=table)


def by_class(table: Table, chosen: Filter, kind: str) -> pd.DataFrame:
    """Return ``summaries.class_table`` of the samples that pass, with the class as ``name``."""
    return _by_class(table.key, chosen, kind, _table=table)


def marking_words(table: Table, chosen: Filter) -> Mapping[str, list[OverWord]]:
    """Return for each expert the words that mark the samples where it dominates; empty without texts."""
    return _words(table.key, chosen, _table=table)


def slices_of(table: Table) -> tuple[np.ndarray, pd.Series, list[Slice]]:
    """Return rows of a sample of the table, (n,), which slice each is in ("1" on), and the slices."""
    return _slices(table.key, _table=table)


def groupings(table: Table) -> dict[str, str | None]:
    """Return what the samples can be split by: code -> column, as far as the analysis knows it."""
    return _groupings(table.key, _table=table)


def group_labels(table: Table, by: str, groups: Sequence[str]) -> dict[str, str]:
    """Return the name of each group of ``spread`` in the visitor's language; classes stay as they are."""
    slices = slices_of(table)[2] if by == SLICE else []
    own = {group: say(words) for group, words in _OWN.get(by, {}).items()}
    own |= {str(number): _slice_label(number, part) for number, part in enumerate(slices, start=1)}
    return {group: own.get(group) or _group_label(table, by, group) for group in groups}


def _group_label(table: Table, by: str, group: str) -> str:
    if group == UNKNOWN and UNKNOWN not in table.classes:
        return say("unknown")
    if by in ("dominant", "interaction"):
        return expert_label(group)
    if by == "missing":
        return inputs_label(group.split(", "))
    low, _, high = group.partition(" to ")
    if by in _NUMBERS and high:
        return say("{low} to {high}", low=low, high=high)
    return group or say("none")


def _slice_label(number: int, part: Slice) -> str:
    name = part.name if part.words else say("{count:,} samples", count=len(part))
    return say("{number}: {name} ({rate:.0%} wrong)", number=number, name=name, rate=part.rate)


@st.cache_data(max_entries=16, show_spinner=False)
def _groupings(key: Key, _table: Table) -> dict[str, str | None]:
    regression = _table.task == "regression"
    known = {
        "class": "label_value" if regression else "label",
        "correct": "correct",
        "answer": "predicted_value" if regression else "prediction",
        "dominant": "dominant",
        "interaction": "interaction",
        "missing": "missing",
        "disagreement": "jensen_shannon",
        "confidence": "probability",
    }
    there = {name: c for name, c in known.items() if _table.columns([c])[c].nunique() > 1}
    return {NOTHING: None} | there | ({} if regression else {SLICE: SLICE})


@st.cache_data(max_entries=64, show_spinner=False)
def _leads(key: Key, chosen: Filter, _table: Table) -> pd.DataFrame:
    found = dominance(_table.columns(["dominant"]), _table.experts, rows=apply(_table, chosen))
    kinds = np.repeat(np.arange(len(found)), found["count"])
    found[["low", "high"]] = share_interval(kinds, len(found))
    return found


@st.cache_data(max_entries=64, show_spinner=False)
def _spread(key: Key, chosen: Filter, kind: str, by: str | None, _table: Table) -> pd.DataFrame:
    names, rows = [column(kind, expert) for expert in _table.experts], apply(_table, chosen)
    if by == SLICE:
        places, groups, _ = slices_of(_table)
        frame = _table.columns(names).iloc[places].reset_index(drop=True)
        frame[SLICE] = groups
        return distributions(frame, kind, _table.experts, SLICE, rows[places])
    return distributions(_table.columns([*names, *([by] if by else [])]), kind, _table.experts, by, rows)


@st.cache_data(max_entries=64, show_spinner=False)
def _by_class(key: Key, chosen: Filter, kind: str, _table: Table) -> pd.DataFrame:
    names = [column(kind, expert) for expert in _table.experts]
    by = "label_value" if _table.task == "regression" else "label"
    found = class_table(_table.columns([*names, by]), kind, _table.experts, by=by, rows=apply(_table, chosen))
    return found.rename(columns={by: "name"})


@st.cache_data(max_entries=32, show_spinner=False)
def _words(key: Key, chosen: Filter, _table: Table) -> dict[str, list[OverWord]]:
    places = sample_rows(apply(_table, chosen), TEXTS)
    texts = _texts(_table, places)
    leader = _table.columns(["dominant"])["dominant"].iloc[places].astype(str).to_numpy()
    if texts.isna().all():
        return {}
    everything = count_words(text for text in texts if isinstance(text, str))
    groups = {expert: texts[leader == expert] for expert in _table.experts}
    counted = {e: count_words(t for t in group if isinstance(t, str)) for e, group in groups.items()}
    return {e: over_represented(own, everything, WORDS) for e, own in counted.items()}


@st.cache_data(max_entries=8, show_spinner=False)
def _slices(key: Key, _table: Table) -> tuple[np.ndarray, pd.Series, list[Slice]]:
    """Slices are clusters of the embeddings' PCA map in which errors are unusually frequent."""
    frame = _table.columns(["correct", "pca_embedding_x", "pca_embedding_y"])
    known = frame.notna().all(axis=1).to_numpy()
    places = sample_rows(known, MAPPED)
    wrong = ~frame["correct"].iloc[places].to_numpy(dtype=bool)
    flat = frame[["pca_embedding_x", "pca_embedding_y"]].iloc[places].to_numpy()
    texts = _texts(_table, places)
    found = found_slices(flat, wrong, [text if isinstance(text, str) else None for text in texts])
    groups = np.full(len(places), len(found))
    for number, part in enumerate(found):
        groups[part.rows] = number
    names = [*(str(number + 1) for number in range(len(found))), ELSEWHERE]
    return places, pd.Series(pd.Categorical.from_codes(groups, names, ordered=True)), found


def _texts(table: Table, places: np.ndarray) -> pd.Series:
    """Return the texts of many rows, (n,), which are too large to keep."""
    return read_rows(table.path, places.tolist(), ["text"])["text"]


__all__ = [
    "ALL",
    "ELSEWHERE",
    "GROUPINGS",
    "NOTHING",
    "SLICE",
    "by_class",
    "group_labels",
    "groupings",
    "leads",
    "marking_words",
    "slices_of",
    "spread",
]
