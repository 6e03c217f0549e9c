"""Lesson 2: how an expert is trained: the triplet loss in the plane, cosine losses on a circle."""

from __future__ import annotations

from typing import Any

import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.language import marked, say
from i2moe_core.plots.palette import FIXED
from i2moe_core.plots.teach_triplet import plot_triplet
from i2moe_core.teaching.lessons.geometry import Triplet, triplet
from i2moe_core.ui.components.choice import choose
from i2moe_core.ui.components.figure import picker, reading_note, show_figure
from i2moe_core.ui.components.glossary import term
from i2moe_core.ui.components.teach.circle import show_circle
from i2moe_core.ui.components.teach.points import ask_place, places, put
from i2moe_core.ui.components.teach.question import Question
from i2moe_core.ui.language import is_full

VIEWS = {"triplet": marked("A uniqueness expert"), "circle": marked("Synergy and redundancy")}
NAMES = {"a": marked("anchor"), "p": marked("positive example"), "n": marked("negative example")}
QUESTION = Question(
    marked("The negative is already much farther from the anchor than the positive. What does the loss do?"),
    (
        marked("It pushes the negative on, without end."),
        marked("Nothing: once the lead exceeds the margin, loss and gradient are 0."),
        marked("It pulls the negative back."),
    ),
    1,
    marked(
        "The loss is cut off at 0. That is why the margin matters: with a small one the expert may stop "
        "moving long before its answer depends on its own input alone."
    ),
)


def show(run: Run | None) -> None:
    """Show the lesson."""
    st.markdown(
        say(
            "An expert answers a sample several times: once as it is, which is the {anchor}, and once with "
            "each input replaced. The expert of x1 should change its answer when x1 is replaced (the "
            "{negative}) and keep it when x2 is (the {positive}). The {triplet} asks for that, up to the "
            "{margin}.",
            anchor=term("anchor"),
            negative=term("negative"),
            positive=term("positive"),
            triplet=term("triplet"),
            margin=term("margin"),
        )
    )
    _live()


@st.fragment
def _live() -> None:
    view = choose(
        say("The loss of"), {name: say(words) for name, words in VIEWS.items()}, "triplet", "loss_of"
    )
    if view == "circle":
        show_circle()
    else:
        _show_triplet()


def _show_triplet() -> None:
    left, right = st.columns([2, 3], gap="large")
    with left:
        margin = st.slider(say("Margin"), 0.0, 3.0, 1.0, 0.1, key="margin", bind="query-params")
        names = {name: say(words) for name, words in NAMES.items()}
        moved = choose(say("A click in the figure moves the"), names, "n", "moved")
        ask_place(moved, names[moved])
        at = places()
        found = triplet(at["a"], at["p"], at["n"], margin)
        _show_numbers(found, margin)
    with right:
        figure = plot_triplet(
            list(at.values()), found.moves, list(names.values()), FIXED["unique:image"],
            found.near + margin,
        )  # fmt: skip
        alt = say("Anchor, positive and negative in the plane, with the steps that the loss asks for")
        show_figure(figure, key="plane", alt=alt, on_select=picker("plane", _put))
    reading_note(
        say("Each point is one answer of the expert. Dotted ring: where the negative must be for no loss. "
            "Arrows: the step that each answer is asked to make; without arrows the loss is satisfied."),
        say("What the network can really do: the three answers come from one network and cannot move "
            "freely."),
    )  # fmt: skip
    if is_full():
        st.latex(r"L = \max(0,\ \lVert a-p\rVert - \lVert a-n\rVert + \text{margin})")
        st.latex(r"-\frac{\partial L}{\partial n} = -\frac{a-n}{\lVert a-n\rVert} \quad (L > 0)")
        st.latex(r"-\frac{\partial L}{\partial p} = \frac{a-p}{\lVert a-p\rVert} \quad (L > 0)")


def _put(data: list[Any]) -> None:
    """Move the chosen point to a clicked place."""
    x, y = data
    put(st.session_state.get("moved") or "n", x, y)


def _show_numbers(found: Triplet, margin: float) -> None:
    st.markdown(
        say(
            "Distance to the positive **{near}**, to the negative **{far}**. "
            "Loss: {near} − {far} + {margin} → **{loss}**",
            near=f"{found.near:.2f}",
            far=f"{found.far:.2f}",
            margin=f"{margin:.2f}",
            loss=f"{found.loss:.2f}",
        )
    )
