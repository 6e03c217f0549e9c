"""The samples behind the figures: sorted over all that pass, a page at a time; a click shows one beside it.

    show_samples(run, table, chosen)        # table, panel of the picked sample, downloads

Only the rows of the shown page leave the server. The picked sample is in the link as ``sample``. The simple
mode has a few cards in the table's place.
"""

from __future__ import annotations

import base64
from typing import Any
from zlib import crc32

import numpy as np
import pandas as pd
import streamlit as st

from i2moe_core.analysis.columns import sorted_rows
from i2moe_core.analysis.schema import column
from i2moe_core.checkpoint import Run
from i2moe_core.language import say
from i2moe_core.plots import expert_label
from i2moe_core.ui import filters
from i2moe_core.ui.components.choice import choose
from i2moe_core.ui.components.sample_cards import show_sample_cards
from i2moe_core.ui.components.sample_panel import pick_sample, sample_panel
from i2moe_core.ui.components.table_download import offer_downloads
from i2moe_core.ui.filters import Filter
from i2moe_core.ui.language import is_finer_shown
from i2moe_core.ui.table import Key, Table

AT_ONCE = 20
CARDS = 8
HIGH, LOW = "high", "low"  # first
SORT, ORDER = "sort", "order"  # in the link
PLACE = "place"
MEASURES = {"confidence": "probability", "disagreement": "jensen_shannon"}  # code -> column


def show_samples(run: Run, table: Table, chosen: Filter) -> None:
    """Show the samples that pass, and the one that is picked."""
    if is_finer_shown(SORT, ORDER):
        _show_table(table, chosen)
        sample_panel(run, table)
        offer_downloads(table, chosen)
        return
    first = np.flatnonzero(filters.apply(table, chosen))[:CARDS]
    show_sample_cards(table, first.tolist(), key="some_samples")
    st.caption(say("The first of these samples; click one to see it."))
    sample_panel(run, table)


def _show_table(table: Table, chosen: Filter) -> None:
    order = _ask_order(table)
    rows = sorted_places(table, chosen, *order)
    pages = -(-len(rows) // AT_ONCE)
    place = st.container()
    key = f"page_{crc32(repr((table.key, chosen, order)).encode())}"  # another order begins anew
    page = min(st.pagination(pages, key=key, max_visible_pages=5), pages) if pages > 1 else 1
    with place:
        _show_page(table, rows[(page - 1) * AT_ONCE : page * AT_ONCE])
        st.caption(
            say("Click the box at a row's left to see the sample. The order is over all samples that pass; "
                "a click on a column's head sorts the shown page alone.")
        )  # fmt: skip


def sorted_places(table: Table, chosen: Filter, by: str, descending: bool) -> np.ndarray:
    """Return the rows that pass in their order, (n,); do not write into it."""
    return _sorted(table.key, chosen, by, descending, _table=table)


@st.cache_resource(max_entries=12, show_spinner=False)
def _sorted(key: Key, chosen: Filter, by: str, descending: bool, _table: Table) -> np.ndarray:
    passing = filters.apply(_table, chosen)
    if not by:
        return np.flatnonzero(passing)
    return sorted_rows(_table.columns([by])[by].to_numpy(), passing, descending)


def _ask_order(table: Table) -> tuple[str, bool]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        by = choose(say("Sorted by"), _sortings(table), PLACE, SORT, menu=True, width=260)
        ways = {HIGH: say("high first"), LOW: say("low first")}
        way = choose(say("Order"), ways, HIGH, ORDER, disabled=by == PLACE)
    return "" if by == PLACE else MEASURES.get(by, by), way == HIGH


def _sortings(table: Table) -> dict[str, str]:
    """Return by what the samples can be sorted: code -> what is shown."""
    options = {PLACE: say("place in the data")}
    if table.task != "regression":
        options["confidence"] = say("confidence")
    options["disagreement"] = say("disagreement")
    for expert in table.experts:
        options[column("share", expert)] = say("share of {expert}", expert=expert_label(expert))
    return options


def _show_page(table: Table, places: np.ndarray) -> None:
    shares = [column("share", expert) for expert in table.experts]
    shown = ["thumbnail", "text", "prediction", "correct", *shares, "probability", "label", "jensen_shannon"]
    frame = table.rows(places.tolist(), [*shown, "dominant", "id"])[[*shown, "dominant", "id"]].copy()
    ids = frame["id"].astype(str).tolist()
    frame["thumbnail"] = [thumbnail_uri(value) for value in frame["thumbnail"]]
    frame["dominant"] = [expert_label(str(name)) for name in frame["dominant"]]
    frame = frame.dropna(axis=1, how="all")
    if table.task == "regression":
        frame = frame.drop(columns=["correct", "probability"], errors="ignore")
    key = f"samples_{crc32(repr(ids).encode())}"

    def pick() -> None:
        state: Any = st.session_state.get(key) or {}
        rows = (state.get("selection") or {}).get("rows") or []
        pick_sample(ids[rows[0]] if rows and rows[0] < len(ids) else "")

    st.dataframe(
        frame, key=key, on_select=pick, selection_mode="single-row", hide_index=True,
        placeholder="–", row_height=56, height=min(620, 56 * len(frame) + 42),
        column_config=_looks(table, frame), alt=say("The samples"),
    )  # fmt: skip


def _looks(table: Table, frame: pd.DataFrame) -> dict[str, Any]:
    c = st.column_config
    looks: dict[str, Any] = {
        "id": c.TextColumn(say("Sample"), width=110),
        "thumbnail": c.ImageColumn(say("Picture"), width=56),
        "text": c.TextColumn(say("Text"), width=176),
        "prediction": c.TextColumn(say("Answer"), width=122),
        "label": c.TextColumn(say("Right answer"), width=122),
        "correct": c.CheckboxColumn(say("Right"), width=46),
        "probability": _bar(say("Confidence")),
        "dominant": c.TextColumn(say("Dominates"), width=84),
        "jensen_shannon": _bar(say("Disagreement")),
    }
    for expert in table.experts:
        looks[column("share", expert)] = _bar(expert_label(expert), say("Its share of the answer."))
    return {name: look for name, look in looks.items() if name in frame.columns}


def _bar(label: str, meaning: str | None = None) -> Any:
    return st.column_config.ProgressColumn(
        label, min_value=0, max_value=1, format="%.2f", width=84, help=meaning
    )


def thumbnail_uri(thumbnail: bytes | None) -> str | None:
    """Return a thumbnail as an address for an ImageColumn; None where there is none."""
    if not thumbnail:
        return None
    return "data:image/jpeg;base64," + base64.b64encode(thumbnail).decode()
