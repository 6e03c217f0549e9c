"""Asking with an example or a typed text: the nearest samples of the other input, the own partner's rank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from i2moe_core.analysis.retrieval.file import Matched
from i2moe_core.analysis.retrieval.query import Neighbours, encode_query, kept_maps, nearest
from i2moe_core.checkpoint import Run
from i2moe_core.explain.reference import reference_of
from i2moe_core.explain.turn import turn
from i2moe_core.language import say
from i2moe_core.plots.palette import input_label
from i2moe_core.types import Features
from i2moe_core.ui.components.choice import choose
from i2moe_core.ui.components.examples import pick_example
from i2moe_core.ui.components.figure import reading_note
from i2moe_core.ui.components.gallery import card_of, show_cards
from i2moe_core.ui.link import MAX_TEXT, remember
from i2moe_core.ui.represented_words import way_label, way_sentence
from i2moe_core.ui.words import plain

SHOWN = 8
TYPED = "the crimson disc"  # an example in the language of the data


@dataclass(frozen=True)
class Asked:
    """A query: the modality, its value, and the example's row, None where it was typed."""

    name: str
    value: Any
    row: int | None


def show_try(run: Run, names: tuple[str, str], pair: Matched | None) -> None:
    """Let the visitor ask with one of two inputs, and show what of the other lies nearest."""
    ways = {a: way_label(a, b) for a, b in (names, names[::-1])}
    query = choose(say("Asked with"), ways, names[0], "ask", hidden=True)
    item = names[1] if query == names[0] else names[0]
    asked = _ask(run, query)
    if asked.value is None:
        st.info(say("This example has no {input}; choose another one.", input=plain(input_label(query))))
        return
    with st.spinner(say("Searching …")):
        rows, found = search(run, asked, item, pair)
    _show_query(run, asked)
    _show_found(run, asked, item, rows, found)


def search(run: Run, asked: Asked, item: str, pair: Matched | None) -> tuple[list[int], Neighbours]:
    """Return the reference rows that were searched and all of them ordered by nearness.

    Raises:
        InputError: the query cannot be read, or the model stays busy.
    """
    with turn(run.model):
        reference = reference_of(run)
    modalities = list(run.info.modalities)
    place = modalities.index(item)
    rows = [n for n, there in enumerate(reference.present[:, place].tolist()) if there]
    if asked.row is None:
        query = encode_query(run, asked.name, asked.value)
    else:
        query = _row(reference.features[modalities.index(asked.name)], asked.row)
    items = Features.cat([_row(reference.features[place], n) for n in rows])
    found = nearest(run, (asked.name, query), (item, items), len(rows), kept_maps(pair))
    return rows, found


def _ask(run: Run, query: str) -> Asked:
    typed = ""
    if run.info.modalities[query] == "text":
        label = say("Type a {input}, or choose an example below", input=plain(input_label(query)))
        typed = st.text_input(
            label, key="ask_text", bind="query-params", max_chars=MAX_TEXT, placeholder=TYPED
        )
    with st.expander(say("Choose an example"), expanded=not typed):
        row = pick_example(run)
    if typed and typed.strip():
        return Asked(query, typed, None)
    return Asked(query, run.reference.raw[query][row], row)


def _show_query(run: Run, asked: Asked) -> None:
    kind = run.info.modalities[asked.name]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(say("Asked with"), width="content")
        if kind == "image":
            st.image(asked.value, width=96)
        elif kind == "text":
            st.text(str(asked.value)[:400])
        else:
            sample = run.reference.ids[asked.row or 0]
            st.text(say("the {input} of {sample}", input=input_label(asked.name), sample=sample))


def _show_found(run: Run, asked: Asked, item: str, rows: list[int], found: Neighbours) -> None:
    own = "" if asked.row is None else run.reference.ids[asked.row]
    said = way_sentence(found.by, len(rows))
    if asked.row in rows:
        rank = 1 + [rows[n] for n in found.rows].index(asked.row)
        own_rank = say(
            "Its own {input} is at rank **{rank}** (chance {chance:.0f}).",
            input=plain(input_label(item)), rank=rank, chance=(len(rows) + 1) / 2,
        )  # fmt: skip
        said = f"{said} {own_rank}"
    st.markdown(said)
    cards = []
    for n, score in zip(found.rows[:SHOWN], found.similarity, strict=False):
        card = card_of(run.reference, rows[n])
        image = card["image"] if run.info.modalities[item] == "image" else ""
        cards.append(card | {"image": image, "text": f"{score:.2f}  {card['text'] or card['id']}"})
    show_cards(cards, own, _ask_with, key="nearest")
    reading_note(
        say(
            "The nearest first; the number is the similarity, the words are those that the sample came with. "
            "The query's own partner is framed where it is among them; a click asks with that sample."
        ),
        say(
            "A calibrated number: similarities order the answers of one query, and cannot be compared "
            "between queries. Something is always nearest, also to a query that suits nothing."
        ),
    )


def _ask_with(name: str) -> None:
    """Make an example the query, in place of a typed text."""
    st.session_state["ask_text"] = ""
    remember("example", name)


def _row(features: Features, row: int) -> Features:
    return features[slice(row, row + 1)]
