"""The figures of the Data set page: who leads, how numbers are spread, class by expert, words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from i2moe_core.language import marked, say
from i2moe_core.measures.words import OverWord
from i2moe_core.plots import (
    expert_colours,
    expert_label,
    plot_class_table,
    plot_leads,
    plot_spread,
    plot_words,
)
from i2moe_core.ui import dataset, filters
from i2moe_core.ui.components.choice import choose
from i2moe_core.ui.components.figure import picker, reading_note, show_figure
from i2moe_core.ui.filters import Filter
from i2moe_core.ui.language import is_finer_shown
from i2moe_core.ui.table import Table
from i2moe_core.ui.words import percent, plain

LOOK, COUNTED, BY, FORM = "look", "counted", "by", "form"  # in the link
LOOKS = {"interactions": marked("Interactions"), "classes": marked("Classes"), "words": marked("Words")}
KINDS = {
    "share": marked("share of the answer"),
    "weight": marked("router's weight"),
    "contribution": marked("contribution"),
    "component": marked("evidence by the probes"),
}
FRACTIONS = ("share", "weight")
FORMS = {"violin": marked("violin"), "ridge": marked("ridge")}
AT_MOST = 12  # groups in a figure
ROWS = 24  # classes in the table
_NOT_KIND = {
    "share": marked("Whether the shares tell the true interaction: the audit of the run does."),
    "weight": marked(
        "What an expert adds: a heavy expert may say nothing. The share of the answer counts both."
    ),
    "contribution": marked(
        "What the expert says of other answers: a contribution is to the model's own answer."
    ),
    "component": marked(
        "What this model's experts used: the components are what the inputs offer to probes."
    ),
}


def ask_look() -> str:
    """Ask for a closer look; the simple mode stays with the first, unless the link has another."""
    return _ask(say("A closer look"), LOOKS, LOOK, hidden=True) if is_finer_shown(LOOK) else next(iter(LOOKS))


def ask_kind() -> str:
    """Ask what of the experts is counted; returns the columns' kind."""
    return _ask(say("What is counted"), KINDS, COUNTED) if is_finer_shown(COUNTED) else next(iter(KINDS))


def show_leads(table: Table, chosen: Filter) -> None:
    """Say and draw which expert has the largest share how often; a bar filters by its expert."""
    found = dataset.leads(table, chosen)
    first = found.loc[found["share"].idxmax()]
    sentence = say(
        "**{expert}** has the largest share most often: in {share} of these samples ({low} to {high}).",
        expert=plain(expert_label(first["expert"])), share=percent(first["share"]),
        low=percent(first["low"]), high=percent(first["high"]),
    )  # fmt: skip
    st.markdown(sentence)
    picked = picker("leads", lambda data: filters.choose(experts=[data[0]]))
    show_figure(plot_leads(found), "leads", say("How often each expert has the largest share"), picked)
    reading_note(
        say("A bar is the share of samples in which this expert holds most of the answer, the line its "
            "95% bootstrap interval. Click a bar to see these samples alone."),
        say("How narrowly an expert leads: the spread of the shares does."),
    )  # fmt: skip


def show_spread(table: Table, chosen: Filter, kind: str) -> None:
    """Draw how a number is spread over the samples, by expert and by a group of the visitor's choice."""
    groups = dataset.groupings(table)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        names = {code: dataset.GROUPINGS[code] for code in groups}
        by = groups[_ask(say("Split by"), names, BY, menu=True, width=240)]
        form = _ask(say("Drawn as"), FORMS, FORM)
    found = dataset.spread(table, chosen, kind, by)
    if by is None:
        rows = found.assign(name=found["expert"], label=[expert_label(e) for e in found["expert"]])
        _draw(rows, "spread", table, kind, form, None)
    else:
        _show_groups(table, found, kind, form, by)
    reading_note(
        say("The wider (or higher) the shape, the more samples have this value (four times as many: twice "
            "as wide); the grey bar is the middle half, the disc the median, and pointing at it gives the "
            "numbers. Where a disc can be clicked, it shows its samples alone."),
        say(_NOT_KIND[kind]),
    )  # fmt: skip


def show_classes(table: Table, chosen: Filter, kind: str) -> None:
    """Draw the mean by class and expert; a cell filters by both."""
    found = dataset.by_class(table, chosen, kind)
    shown = found.nlargest(ROWS, "count").sort_index()
    _say_cut(len(shown), len(found))

    def pick(data: list[Any]) -> None:
        classes = [data[0]] if data[0] in table.classes else None
        filters.choose(classes=classes, experts=[data[1]])

    figure = plot_class_table(shown, table.experts, kind in FRACTIONS)
    alt = say("The mean of each expert by class")
    show_figure(figure, "class_table", alt, picker("class_table", pick))
    reading_note(
        say("A row is a class (with its number of samples), a cell the mean over its samples; the "
            "stronger the tint, the more. Click a cell to see the samples of that class where that expert "
            "dominates."),
        say("The spread within a class, and whether a difference is more than chance in small classes."),
    )  # fmt: skip


def show_words(table: Table, chosen: Filter) -> None:
    """Draw for each expert the words over-represented where it dominates; a word filters by itself."""
    found = dataset.marking_words(table, chosen)
    if not found:
        st.info(say("These samples have no text whose words could be counted."))
        return
    counts = dataset.leads(table, chosen).set_index("expert")["count"]
    for start in range(0, len(table.experts), 2):
        for expert, place in zip(table.experts[start : start + 2], st.columns(2), strict=False):
            with place:
                _show_own_words(table, expert, found[expert], int(counts.get(expert, 0)))
    reading_note(
        say("A bar says how surely a word is more frequent where this expert has the largest share than "
            "elsewhere (z-score of its log-odds; pale: below 3, which some words pass by chance). Click a "
            "word to see the samples that contain it. Of more than {most:,} samples, that many are drawn "
            "at random and counted.", most=dataset.TEXTS),
        say("Whether the word moved the expert: words that merely come along with a cause show here too."),
    )  # fmt: skip


def _show_own_words(table: Table, expert: str, words: Sequence[OverWord], size: int) -> None:
    name, key = plain(expert_label(expert)), f"words_{expert}"
    several = say("**{expert}** dominates in {count:,} samples.", expert=name, count=size)
    st.markdown(say("**{expert}** dominates in 1 sample.", expert=name) if size == 1 else several)
    notes = [
        say("{word}: {here:,} times here, {rest:,} times elsewhere", word=w.word, here=w.in_group,
            rest=w.in_rest)
        for w in words
    ]  # fmt: skip
    colour = expert_colours(table.experts)[expert]
    figure = plot_words([w.word for w in words], [w.z for w in words], notes, colour)
    alt = say("Words that mark where the expert dominates: {expert}", expert=expert_label(expert))
    show_figure(figure, key, alt, picker(key, _choose_text))


def _show_groups(table: Table, found: pd.DataFrame, kind: str, form: str, by: str) -> None:
    sizes = found.groupby("group", sort=False)["count"].max()
    kept = sizes.nlargest(AT_MOST).index
    _say_cut(len(kept), len(sizes))
    labels = dataset.group_labels(table, by, list(kept))
    for start in range(0, len(table.experts), 2):
        for expert, place in zip(table.experts[start : start + 2], st.columns(2), strict=False):
            rows = found[(found["expert"] == expert) & found["group"].isin(kept)]
            rows = rows.assign(name=rows["group"], label=[labels[group] for group in rows["group"]])
            with place:
                st.markdown(f"**{plain(expert_label(expert))}**")
                _draw(rows, f"spread_{expert}", table, kind, form, by)


def _draw(rows: pd.DataFrame, key: str, table: Table, kind: str, form: str, by: str | None) -> None:
    colours = [expert_colours(table.experts)[expert] for expert in rows["expert"]]
    figure = plot_spread(rows, colours, form, percent=kind in FRACTIONS, row=52 if by is None else 40)
    acts: dict[str | None, Callable[[list[Any]], None]] = {
        None: lambda data: filters.choose(experts=[data[0]]),
        "dominant": lambda data: filters.choose(experts=[data[0]]),
        "correct": lambda data: filters.choose(correct=data[0]),
        "label": lambda data: filters.choose(classes=[data[0]] if data[0] in table.classes else None),
    }
    picked = picker(key, acts[by]) if by in acts else None
    alt = say("How it is spread over the samples: {kind}", kind=say(KINDS[kind]))
    show_figure(figure, key, alt, picked)


def _ask(label: str, options: dict[str, str], key: str, **looks: Any) -> str:
    """Let the visitor choose one of marked words; the first is the usual one."""
    said = {code: say(words) for code, words in options.items()}
    return choose(label, said, next(iter(said)), key, **looks)


def _say_cut(shown: int, count: int) -> None:
    if shown < count:
        st.caption(say("The {shown} largest of {count} groups are shown; filter to see others.",
                       shown=shown, count=count))  # fmt: skip


def _choose_text(data: list[Any]) -> None:
    st.session_state[filters.TEXT] = str(data[0])
