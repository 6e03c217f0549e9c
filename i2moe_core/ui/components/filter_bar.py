"""The filter that all figures of a page share; it is kept in the link and travels from page to page.

    chosen = filter_bar(table)      # asks; returns a Filter
    rows = filters.apply(table, chosen)

Call it once, before anything that it filters. It says how many samples pass and lets all conditions go.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from i2moe_core.plots import expert_label
from i2moe_core.ui import filters
from i2moe_core.ui.filters import APART, CLASS, CORRECT, EXPERT, RIGHT, SURE, TEXT, WHOLE, WRONG, Filter
from i2moe_core.ui.table import Table
from i2moe_core.ui.words import plain


def filter_bar(table: Table) -> Filter:
    """Ask which samples count; ends the page with a sentence where none passes."""
    _forget_unknown(table)
    with st.container(border=True):
        first = st.columns(3)
        with first[0]:
            classes = _ask_classes(table)
        with first[1]:
            experts = _ask_experts(table)
        with first[2]:
            text = st.text_input("Text contains", key=TEXT, bind="query-params", max_chars=200)
        second = st.columns(3)
        with second[0]:
            apart = _ask_range("Disagreement", APART, "0: all experts say the same. 1: all differ.")
        sure, correct = WHOLE, ""
        if table.task != "regression":
            with second[1]:
                sure = _ask_range("Confidence", SURE, "The probability of the model's answer.")
            with second[2]:
                correct = _ask_correct()
        chosen = Filter(tuple(classes), tuple(experts), apart, sure, text.strip(), correct)
        _say_count(table, chosen)
    return chosen


def _ask_classes(table: Table) -> Sequence[str]:
    if not table.classes:
        return ()
    label = "Right answer has" if table.task == "multilabel" else "Right answer"
    return st.multiselect(
        label, sorted(table.classes), key=CLASS, bind="query-params", placeholder="any", select_all=False
    )


def _ask_experts(table: Table) -> Sequence[str]:
    return st.multiselect(
        "Expert that dominates", table.experts, key=EXPERT, bind="query-params", format_func=expert_label,
        placeholder="any", select_all=False, help="The expert with the largest share of the answer.",
    )  # fmt: skip


def _ask_range(label: str, key: str, meaning: str) -> tuple[float, float]:
    st.session_state.setdefault(key, WHOLE)
    bounds: Any = st.slider(label, *WHOLE, step=0.01, key=key, bind="query-params", help=meaning)
    low, high = bounds
    return round(low, 2), round(high, 2)


def _ask_correct() -> str:
    return st.segmented_control("Answer is", [RIGHT, WRONG], key=CORRECT, bind="query-params") or ""


def _say_count(table: Table, chosen: Filter) -> None:
    count = int(filters.apply(table, chosen).sum())
    with st.container(horizontal=True, vertical_alignment="center", key="filter_count"):
        if chosen.empty:
            st.markdown(
                f"All **{count:,}** samples of *{plain(table.info.data)}*, {plain(table.info.split)}."
            )
            return
        st.markdown(f"**{count:,}** of {table.length:,} samples pass.")
        st.button(
            "Show all", icon=":material/filter_alt_off:", type="tertiary", key="f_reset",
            on_click=filters.reset,
        )  # fmt: skip
    if count == 0:
        st.info("No sample passes all of these conditions; loosen one.", icon=":material/filter_alt_off:")
        st.stop()


def _forget_unknown(table: Table) -> None:
    """Drop classes and experts of another run from the session."""
    for key, known in ((CLASS, table.classes), (EXPERT, table.experts)):
        held = st.session_state.get(key)
        if held and not set(held) <= set(known):
            st.session_state[key] = [value for value in held if value in known]
