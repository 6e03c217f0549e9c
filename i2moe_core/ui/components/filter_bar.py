"""The filter that all figures of a page share; it is kept in the link and travels from page to page.

    chosen = filter_bar(table)      # asks; returns a Filter
    rows = filters.apply(table, chosen)

Call it once, before anything that it filters. It says how many samples pass and lets all conditions go.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from i2moe_core.language import say
from i2moe_core.plots import expert_label
from i2moe_core.ui import filters
from i2moe_core.ui.components.choice import choose_many, choose_maybe
from i2moe_core.ui.filters import APART, CLASS, CORRECT, EXPERT, RIGHT, SURE, TEXT, WHOLE, WRONG, Filter
from i2moe_core.ui.language import is_full
from i2moe_core.ui.table import Table, split_label
from i2moe_core.ui.words import plain


def filter_bar(table: Table) -> Filter:
    """Ask which samples count; ends the page with a sentence where none passes."""
    _forget_unknown(table)
    with st.container(border=True):
        chosen = _ask(table)
        _say_count(table, chosen)
    return chosen


def _ask(table: Table) -> Filter:
    """Ask for the conditions; in the simple mode for bounds of a measure only where the link has some."""
    first, second = st.columns(3), iter(st.columns(3))
    with first[0]:
        classes = _ask_classes(table)
    with first[1]:
        experts = _ask_experts(table)
    with first[2]:
        text = st.text_input(say("Text contains"), key=TEXT, bind="query-params", max_chars=200)
    apart, sure, correct = WHOLE, WHOLE, ""
    if _is_bounded(APART):
        with next(second):
            apart = _ask_range(say("Disagreement"), APART, say("0: all experts say the same. 1: all differ."))
    if _is_bounded(SURE) and table.task != "regression":
        with next(second):
            sure = _ask_range(say("Confidence"), SURE, say("The probability of the model's answer."))
    if table.task != "regression":
        with next(second):
            correct = _ask_correct()
    return Filter(tuple(classes), tuple(experts), apart, sure, text.strip(), correct)


def _ask_classes(table: Table) -> Sequence[str]:
    if not table.classes:
        return ()
    label = say("Right answer has") if table.task == "multilabel" else say("Right answer")
    return st.multiselect(
        label, sorted(table.classes), key=CLASS, bind="query-params", placeholder=say("any"),
        select_all=False,
    )  # fmt: skip


def _ask_experts(table: Table) -> Sequence[str]:
    labels = {name: expert_label(name) for name in table.experts}
    meaning = say("The expert with the largest share of the answer.")
    return choose_many(say("Expert that dominates"), labels, EXPERT, placeholder=say("any"), help=meaning)


def _is_bounded(key: str) -> bool:
    """Say whether bounds are asked for: in the full mode, and where some are set already."""
    return is_full() or key in st.query_params or st.session_state.get(key, WHOLE) != WHOLE


def _ask_range(label: str, key: str, meaning: str) -> tuple[float, float]:
    st.session_state.setdefault(key, WHOLE)
    bounds: Any = st.slider(label, *WHOLE, step=0.01, key=key, bind="query-params", help=meaning)
    low, high = bounds
    return round(low, 2), round(high, 2)


def _ask_correct() -> str:
    return choose_maybe(say("Answer is"), {RIGHT: say("right"), WRONG: say("wrong")}, CORRECT) or ""


def _say_count(table: Table, chosen: Filter) -> None:
    count = int(filters.apply(table, chosen).sum())
    with st.container(horizontal=True, vertical_alignment="center", key="filter_count"):
        if chosen.empty:
            split = plain(split_label(table.info.split))
            sentence = say("All **{count:,}** samples of *{data}*, {split}.", count=count,
                           data=plain(table.info.data), split=split)  # fmt: skip
            st.markdown(sentence)
            return
        st.markdown(say("**{count:,}** of {all:,} samples pass.", count=count, all=table.length))
        st.button(
            say("Show all"), icon=":material/filter_alt_off:", type="tertiary", key="f_reset",
            on_click=filters.reset,
        )  # fmt: skip
    if count == 0:
        nothing = say("No sample passes all of these conditions; loosen one.")
        st.info(nothing, icon=":material/filter_alt_off:")
        st.stop()


def _forget_unknown(table: Table) -> None:
    """Drop classes and experts of another run from the session."""
    for key, known in ((CLASS, table.classes), (EXPERT, table.experts)):
        held = st.session_state.get(key)
        if held and not set(held) <= set(known):
            st.session_state[key] = [value for value in held if value in known]
