"""The figures of the Data set page: who leads, how numbers are spread, class by expert, words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from i2moe_core.plots import (
    expert_colours,
    expert_label,
    plot_class_table,
    plot_leads,
    plot_spread,
    plot_words,
)
from i2moe_core.ui import dataset, filters
from i2moe_core.ui.components.figure import picker, reading_note, show_figure
from i2moe_core.ui.filters import Filter
from i2moe_core.ui.table import Table
from i2moe_core.ui.words import percent, plain

KINDS = {
    "share of the answer": ("share", True),
    "router's weight": ("weight", True),
    "contribution": ("contribution", False),
    "evidence by the probes": ("component", False),
}
FORMS = ("violin", "ridge")
AT_MOST = 12  # groups in a figure
ROWS = 24  # classes in the table
_NOT_KIND = {
    "share": "Whether the shares tell the true interaction: the audit of the run does.",
    "weight": "What an expert adds: a heavy expert may say nothing. The share of the answer counts both.",
    "contribution": "Evidence against the answer that was outvoted, beyond its sign.",
    "component": "What this model's experts used: the components are what the inputs offer to probes.",
}


def show_leads(table: Table, chosen: Filter) -> None:
    """Say and draw which expert has the largest share how often; a bar filters by its expert."""
    found = dataset.leads(table, chosen)
    first = found.loc[found["share"].idxmax()]
    st.markdown(
        f"**{plain(expert_label(first['expert']))}** has the largest share most often: in "
        f"{percent(first['share'])} of these samples ({percent(first['low'])} to {percent(first['high'])})."
    )
    picked = picker("leads", lambda data: filters.choose(experts=[data[0]]))
    show_figure(plot_leads(found), "leads", "How often each expert has the largest share", picked)
    reading_note(
        "A bar is the share of samples in which this expert holds most of the answer, the line its 95 % "
        "bootstrap interval. Click a bar to see these samples alone.",
        "How narrowly an expert leads: the distributions below do.",
    )


def ask_kind() -> str:
    """Ask what of the experts is counted; returns the columns' kind."""
    label = st.segmented_control(
        "What is counted", list(KINDS), default=next(iter(KINDS)), required=True, key="counted",
        bind="query-params",
    )  # fmt: skip
    return KINDS.get(label or "", KINDS["share of the answer"])[0]


def show_spread(table: Table, chosen: Filter, kind: str) -> None:
    """Draw how a number is spread over the samples, by expert and by a group of the visitor's choice."""
    groups = dataset.groupings(table)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        label = st.selectbox("Split by", list(groups), key="by", bind="query-params", width=240)
        form = st.segmented_control(
            "Drawn as", FORMS, default=FORMS[0], required=True, key="form", bind="query-params"
        )
    by = groups.get(label or "nothing")
    found = dataset.spread(table, chosen, kind, by)
    if by is None:
        rows = found.assign(name=found["expert"], label=[expert_label(e) for e in found["expert"]])
        _draw(rows, "spread", table, kind, form or FORMS[0], None)
    else:
        _show_groups(table, found, kind, form or FORMS[0], by)
    reading_note(
        "The wider (or higher) the shape, the more samples have this value (four times as many: twice as "
        "wide); the grey bar is the middle half, the disc the median, and pointing at it gives the numbers."
        + (" Click a disc to see its samples alone." if by in ("label", "correct", "dominant") else ""),
        _NOT_KIND[kind],
    )


def show_classes(table: Table, chosen: Filter, kind: str) -> None:
    """Draw the mean by class and expert; a cell filters by both."""
    found = dataset.by_class(table, chosen, kind)
    shown = found.nlargest(ROWS, "count").sort_index()
    if len(shown) < len(found):
        st.caption(f"The {ROWS} largest of {len(found)} groups are shown; filter to see others.")

    def pick(data: list[Any]) -> None:
        classes = [data[0]] if data[0] in table.classes else None
        filters.choose(classes=classes, experts=[data[1]])

    fractions = kind in ("share", "weight")
    figure = plot_class_table(shown, table.experts, fractions)
    show_figure(figure, "class_table", "The mean of each expert by class", picker("class_table", pick))
    reading_note(
        "A row is a class (with its number of samples), a cell the mean over its samples; the "
        "stronger the tint, the more. Click a cell to see the samples of that class "
        "where that expert dominates.",
        "The spread within a class, and whether a difference is more than chance in small classes.",
    )


def show_words(table: Table, chosen: Filter) -> None:
    """Draw for each expert the words over-represented where it dominates; a word filters by itself."""
    found = dataset.marking_words(table, chosen)
    if not found:
        st.info("These samples have no text whose words could be counted.")
        return
    colours = expert_colours(table.experts)
    counts = dataset.leads(table, chosen).set_index("expert")["count"]
    for start in range(0, len(table.experts), 2):
        for expert, place in zip(table.experts[start : start + 2], st.columns(2), strict=False):
            words = found[expert]
            notes = [f"{w.word}: {w.in_group} times here, {w.in_rest} times elsewhere" for w in words]
            with place:
                size = int(counts.get(expert, 0))
                samples = f"{size:,} sample" + ("" if size == 1 else "s")
                st.markdown(f"**{plain(expert_label(expert))}** dominates ({samples})")
                figure = plot_words([w.word for w in words], [w.z for w in words], notes, colours[expert])
                key = f"words_{expert}"
                picked = picker(key, _choose_text)
                show_figure(figure, key, f"Words that mark where {expert_label(expert)} dominates", picked)
    most = f" Of more than {dataset.TEXTS:,} samples, that many are drawn at random and counted."
    reading_note(
        "A bar says how surely a word is more frequent where this expert has the largest share than "
        "elsewhere (z-score of its log-odds; pale: below 3, which some words pass by chance). Click a word "
        "to see the samples that contain it." + most,
        "Whether the word moved the expert: words that merely come along with a cause show here too.",
    )


def _show_groups(table: Table, found: pd.DataFrame, kind: str, form: str, by: str) -> None:
    sizes = found.groupby("group", sort=False)["count"].max()
    kept = sizes.nlargest(AT_MOST).index
    if len(kept) < len(sizes):
        st.caption(f"The {AT_MOST} largest of {len(sizes)} groups are shown; filter to see others.")
    for start in range(0, len(table.experts), 2):
        for expert, place in zip(table.experts[start : start + 2], st.columns(2), strict=False):
            rows = found[(found["expert"] == expert) & found["group"].isin(kept)]
            rows = rows.assign(name=rows["group"], label=[_group_label(by, g) for g in rows["group"]])
            with place:
                st.markdown(f"**{plain(expert_label(expert))}**")
                _draw(rows, f"spread_{expert}", table, kind, form, by)


def _draw(rows: pd.DataFrame, key: str, table: Table, kind: str, form: str, by: str | None) -> None:
    colours = [expert_colours(table.experts)[expert] for expert in rows["expert"]]
    figure = plot_spread(
        rows, colours, form, percent=kind in ("share", "weight"), row=52 if by is None else 40
    )
    choose: dict[str | None, Callable[[list[Any]], None]] = {
        None: lambda data: filters.choose(experts=[data[0]]),
        "dominant": lambda data: filters.choose(experts=[data[0]]),
        "correct": lambda data: filters.choose(correct=data[0]),
        "label": lambda data: filters.choose(classes=[data[0]] if data[0] in table.classes else None),
    }
    picked = picker(key, choose[by]) if by in choose else None
    show_figure(figure, key, f"The spread of the {kind} over the samples", picked)


def _group_label(by: str, group: str) -> str:
    if by in ("dominant", "interaction"):
        return expert_label(group)
    return group or ("nothing missing" if by == "missing" else "none")


def _choose_text(data: list[Any]) -> None:
    st.session_state[filters.TEXT] = str(data[0])
