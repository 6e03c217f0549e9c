"""Lesson 1: what unique, redundant and synergistic mean, on a table that can be edited."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.language import marked, say
from i2moe_core.plots.palette import expert_colours
from i2moe_core.plots.teach_atoms import plot_atoms
from i2moe_core.teaching.lessons.atoms import EXAMPLES, MOST, ROWS, Atoms, atoms, read, written
from i2moe_core.types import interaction_names
from i2moe_core.ui.components.choice import choose
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.components.glossary import term
from i2moe_core.ui.components.teach.question import Question
from i2moe_core.ui.language import is_full
from i2moe_core.ui.link import is_new, recall, remember

WORLDS = {"and": "AND", "xor": "XOR", "copy": marked("Copies"), "unique": marked("Only x1")}
STORIES = {
    "and": marked("y is 1 only when both inputs are 1. Each input tells a part, the rest needs both."),
    "xor": marked("y is 1 when the inputs differ. One input alone tells nothing at all."),
    "copy": marked("Both inputs are copies of y. Either of them would do."),
    "unique": marked("y is x1. The second input has nothing to say."),
}
EXPERTS = interaction_names(("x1", "x2"))
QUESTION = Question(
    marked("In the XOR table, how much does x1 alone tell about y?"),
    (marked("Half a bit: it is one of two inputs."), marked("Nothing."), marked("One bit.")),
    1,
    marked(
        "Whatever x1 is, y is 0 as often as 1. All of the one bit is synergy: it shows only when both inputs "
        "are read together."
    ),
)


def show(run: Run | None) -> None:
    """Show the lesson."""
    st.markdown(
        say(
            "Two inputs, x1 and x2, and an answer y. What one input tells and the other does not is "
            "{unique}. What either of them tells is {redundant}. What shows only when both are read "
            "together is {synergy}. A table that says how often each case happens decides how much there is "
            "of each.",
            unique=term("unique"),
            redundant=term("redundancy", say("redundant")),
            synergy=term("synergy"),
        )
    )
    _live()


@st.fragment
def _live() -> None:
    worlds = {name: say(words) for name, words in WORLDS.items()}
    world = choose(say("Begin with"), worlds, "and", "world", on_change=_begin_anew)
    left, right = st.columns([2, 3], gap="large")
    with left:
        st.caption(say("Change how often a case happens: click a number in the last column, or type."))
        counts = _ask_table(world)
    with right:
        if sum(counts) <= 0:
            st.info(say("No case ever happens. Give at least one of them a number above 0."))
            return
        if counts == EXAMPLES[world]:
            st.markdown(say(STORIES[world]))
        found = atoms(counts)
        _show_atoms(found)
    reading_note(
        say("One bar a part, in bits; together they are all that both inputs tell about y: {total} bits.",
            total=f"{found.total:.3f}"),
        say("How a model finds the parts. Here they are computed from the table itself, without any model."),
    )  # fmt: skip
    if is_full():
        _show_formula(found)


def _ask_table(world: str) -> tuple[float, ...]:
    """Return how often each of ROWS happens, as edited; an edited table is kept in the link."""
    base = _base(world)
    table = pd.DataFrame(ROWS, columns=["x1", "x2", "y"]).assign(often=base)
    number = st.column_config.NumberColumn
    small = {name: number(name, width=48) for name in ("x1", "x2", "y")}
    often = number(say("how often"), min_value=0.0, max_value=MOST, required=True, width=110)
    edited = st.data_editor(
        table, hide_index=True, key=f"cells_{world}_{written(base)}", disabled=list(small),
        column_config=small | {"often": often},
    )  # fmt: skip
    counts = tuple(_number(value) for value in edited["often"])
    remember("cells", "" if counts == EXAMPLES[world] else written(counts))
    return counts


def _number(value: object) -> float:
    number = float(value) if isinstance(value, (int, float)) else 0.0
    return number if math.isfinite(number) and number > 0 else 0.0


def _base(world: str) -> tuple[float, ...]:
    """Return the table that the editor begins with: the link's, or the chosen example's."""
    if is_new("cells"):
        st.session_state["cells_base"] = read(recall("cells"))
    elif "cells_base" not in st.session_state and recall("cells"):
        st.session_state["cells_base"] = read(recall("cells"))  # back from another lesson
    base: tuple[float, ...] | None = st.session_state.get("cells_base")
    return EXAMPLES[world] if base is None else base


def _begin_anew() -> None:
    remember("cells", "")
    st.session_state["cells_base"] = None


def _names() -> Sequence[str]:
    return (say("Only x1"), say("Only x2"), say("Synergy"), say("Redundancy"))


def _show_atoms(found: Atoms) -> None:
    colours = list(expert_colours(EXPERTS).values())
    figure = plot_atoms(_names(), found.parts, colours, say("bits"))
    show_figure(figure, key="atoms", alt=say("The four parts of the information, in bits"))


def _show_formula(found: Atoms) -> None:
    st.latex(r"I(X_1, X_2; Y) = U_1 + U_2 + S + R")
    st.latex(r"I(X_1; Y) = U_1 + R, \quad I(X_2; Y) = U_2 + R")
    one, two, _, redundant = found.parts
    st.markdown(
        say(
            "x1 alone tells {first} bits, x2 alone {second}, both together {total}. The parts are BROJA's "
            "(Bertschinger and others, 2014): U1 is the least that x1 can tell beyond x2 among all tables "
            "that pair each input with y as this one does. Computed exactly, to a millionth of a bit.",
            first=f"{one + redundant:.3f}", second=f"{two + redundant:.3f}", total=f"{found.total:.3f}",
        )
    )  # fmt: skip
