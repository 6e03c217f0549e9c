"""The samples behind a cell: where a measure names an interaction, or where two measures part most.

The picked cell is in the link as ``cell``: ``share~2`` (a measure, the number of the interaction) or
``weight~share~2`` (two measures).
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any
from zlib import crc32

import numpy as np
import pandas as pd
import streamlit as st

from i2moe_core.analysis.triangulation import MEASURES, apart, named
from i2moe_core.language import say
from i2moe_core.plots import expert_label
from i2moe_core.ui.components.sample_panel import pick_sample
from i2moe_core.ui.language import is_full
from i2moe_core.ui.table import Table
from i2moe_core.ui.triangulated import Triangulation
from i2moe_core.ui.words import plain

CELL = "cell"  # in the link
SHOWN = 12


def pick_cell(measures: Sequence[str], expert: int) -> None:
    """Name a cell in the link; for use in a callback."""
    st.query_params[CELL] = "~".join([*measures, str(expert)])


def forget_cell() -> None:
    """Take the cell out of the link; for use in a callback."""
    st.query_params.pop(CELL, None)


def picked_cell(known: Sequence[str], experts: int) -> tuple[tuple[str, ...], int] | None:
    """Return the measures and the interaction that the link names; None where it names no such cell."""
    *measures, number = st.query_params.get(CELL, "").split("~")
    fits = 1 <= len(measures) <= 2 and set(measures) <= set(known) and len(set(measures)) == len(measures)
    if not fits or not number.isascii() or not number.isdigit() or int(number) >= experts:
        return None
    return tuple(measures), int(number)


def show_cell(table: Table, found: Triangulation) -> None:
    """Show the samples behind the picked cell, with all measures of that interaction; a click shows one."""
    cell = picked_cell(list(found.values), len(table.interactions))
    if cell is None and not is_full():
        return
    st.header(say("The samples behind a cell"))
    if cell is None:
        st.caption(say("Click a cell of the tables above to see the samples behind it."))
        return
    measures, expert = cell
    order, name = _ordered(found, measures, expert), plain(expert_label(table.interactions[expert]))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(_described(found, measures, name, len(order)))
        st.button(say("Forget the cell"), type="tertiary", key="forget_cell", on_click=forget_cell)
    if len(order):
        _show_rows(table, found, order[:SHOWN], measures, expert)


def _described(found: Triangulation, measures: Sequence[str], name: str, count: int) -> str:
    """Say what the samples behind a cell have in common, and in which order they are."""
    labels = [say(MEASURES[key].label) for key in measures]
    if len(labels) == 2:
        return say("**{expert}**: where {one} and {other} rank {count:,} samples most differently.",
                   expert=name, one=labels[0], other=labels[1], count=count)  # fmt: skip
    if _names_any(found, measures[0]):
        return say("**{measure}** names **{expert}** in {count:,} samples; the clearest first.",
                   measure=labels[0], expert=name, count=count)  # fmt: skip
    return say("**{measure}** of **{expert}** is measured in {count:,} samples; the largest first.",
               measure=labels[0], expert=name, count=count)  # fmt: skip


def _ordered(found: Triangulation, measures: Sequence[str], expert: int) -> np.ndarray:
    """Return the samples of ``found`` behind a cell, the clearest first."""
    columns = [found.values[key][:, expert] for key in measures]
    if len(columns) == 2:
        keys = np.abs(apart(*columns))
        known = ~np.isnan(keys)
    else:
        keys = columns[0]
        names = _names_any(found, measures[0])
        known = named(found.values[measures[0]]) == expert if names else ~np.isnan(keys)
    places = np.flatnonzero(known)
    return places[np.argsort(-keys[places], kind="stable")]


def _names_any(found: Triangulation, measure: str) -> bool:
    """Say whether a measure names an interaction at all; EMAP, without redundancy, names none."""
    return bool((named(found.values[measure]) >= 0).any())


def _show_rows(
    table: Table, found: Triangulation, order: np.ndarray, measures: Sequence[str], expert: int
) -> None:
    rows = table.rows(found.places[order].tolist(), ["id", "thumbnail", "text", "prediction", "interaction"])
    frame = rows.copy()
    ids = frame.pop("id").astype(str).tolist()
    frame["thumbnail"] = [_uri(value) for value in frame["thumbnail"]]
    frame["interaction"] = [
        expert_label(value) if isinstance(value, str) else None for value in frame["interaction"]
    ]
    for key in sorted(found.values, key=lambda key: key not in measures):  # the picked ones first
        frame[f"m_{key}"] = found.values[key][order, expert]
    frame = frame.dropna(axis=1, how="all")
    key = f"cell_{crc32(repr(ids).encode())}"

    def pick() -> None:
        state: Any = st.session_state.get(key) or {}
        chosen = (state.get("selection") or {}).get("rows") or []
        pick_sample(ids[chosen[0]] if chosen and chosen[0] < len(ids) else "")

    st.dataframe(
        frame, key=key, on_select=pick, selection_mode="single-row", hide_index=True,
        placeholder="–", row_height=48, height=min(480, 48 * len(frame) + 42),
        column_config=_looks(frame), alt=say("The samples behind the cell"),
    )  # fmt: skip
    name = plain(expert_label(table.interactions[expert]))
    st.caption(
        say("Each column is a measure of {expert} alone, in its own unit. Click the box at a row's left to "
            "see the sample.", expert=name)
    )  # fmt: skip


def _looks(frame: pd.DataFrame) -> dict[str, Any]:
    c = st.column_config
    looks: dict[str, Any] = {
        "thumbnail": c.ImageColumn(say("Picture"), width=56),
        "text": c.TextColumn(say("Text"), width=160),
        "prediction": c.TextColumn(say("Answer"), width=122),
        "interaction": c.TextColumn(say("Truth"), width=92),
    }
    for key, measure in MEASURES.items():
        looks[f"m_{key}"] = c.NumberColumn(
            say(measure.label), format="%.2f", width=84,
            help=say("{meaning} Unit: {unit}.", meaning=say(measure.meaning), unit=say(measure.unit)),
        )  # fmt: skip
    return {name: look for name, look in looks.items() if name in frame.columns}


def _uri(thumbnail: object) -> str | None:
    return (
        "data:image/jpeg;base64," + base64.b64encode(thumbnail).decode()
        if isinstance(thumbnail, bytes)
        else None
    )
