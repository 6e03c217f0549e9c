"""The frame of the lessons: which one is open, the way to the next, how far one is, the list of all.

``?lesson=NAME`` opens a lesson; without it, all are listed.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.language import say
from i2moe_core.ui.components.choice import leave
from i2moe_core.ui.components.glossary import show_terms
from i2moe_core.ui.components.teach.lesson import Lesson
from i2moe_core.ui.components.teach.question import ask

_JS = """
export default function () {
  document.querySelector("[data-testid=stMain]")?.scrollTo(0, 0)
}
"""
_to_top = st.components.v2.component("i2moe_to_top", js=_JS)
_ROW = "display:flex;gap:.45rem;align-items:center;height:1.4rem"
_DOT = "width:.72rem;height:.72rem;border-radius:50%;border:2px solid currentColor;box-sizing:border-box"


def opened(lessons: Mapping[str, Lesson]) -> str | None:
    """Return the name of the lesson in the link, None where there is none or it is unknown."""
    asked = st.query_params.get("lesson")
    if asked is not None and asked not in lessons:
        st.warning(say("The link names a lesson that is not here. All lessons are listed below."))
    return asked if asked in lessons else None


def go(name: str) -> None:
    """Open a lesson at the next run of the page; "" lists them all."""
    leave()
    if name:
        st.query_params["lesson"] = name
    else:
        st.query_params.pop("lesson", None)


def show_index(lessons: Mapping[str, Lesson]) -> None:
    """List the lessons, each with what it is about."""
    st.markdown(
        say(
            "Eight short pages, one to two minutes each. Every page has one figure, one thing to move and "
            "one question. Begin at the first, or pick what you need."
        )
    )
    names = list(lessons)
    for start in range(0, len(names), 2):
        for column, name in zip(st.columns(2, gap="small"), names[start : start + 2], strict=False):
            with column, st.container(border=True, height="stretch"):
                _show_card(lessons[name], name, names.index(name) + 1)


def _show_card(lesson: Lesson, name: str, number: int) -> None:
    st.markdown(f"**{number}. {say(lesson.title)}**  \n{say(lesson.about)}")
    st.button(
        say("Open lesson {number}", number=number), key=f"open_{name}", on_click=go, args=(name,),
        icon=":material/arrow_forward:",
    )  # fmt: skip


def show_lesson(lessons: Mapping[str, Lesson], name: str, run: Run | None) -> None:
    """Show one lesson with its question, and the way to its neighbours."""
    names, lesson = list(lessons), lessons[name]
    place = names.index(name)
    _to_top(key=f"top_{name}")
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.button(say("All lessons"), key="all_lessons", icon=":material/apps:", on_click=go, args=("",))
        _show_dots(place, len(names))
    st.title(say(lesson.title))
    st.markdown(say(lesson.about))
    lesson.show(run)
    ask(lesson.question, name)
    show_terms(lesson.terms)
    _show_neighbours(lessons, place)


def _show_dots(place: int, count: int) -> None:
    """Draw one dot a lesson: those behind are full, this one is ringed."""
    words = say("Lesson {number} of {count}", number=place + 1, count=count)
    fills = ["currentColor" if n <= place else "transparent" for n in range(count)]
    dots = "".join(
        f'<span style="{_DOT};background:{fill};{"transform:scale(1.35)" if n == place else ""}"></span>'
        for n, fill in enumerate(fills)
    )
    st.html(f'<div style="{_ROW}" role="img" aria-label="{escape(words)}">{dots}</div>', width="content")


def _show_neighbours(lessons: Mapping[str, Lesson], place: int) -> None:
    names = list(lessons)
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        if place > 0:
            st.button(
                say("Back: {title}", title=say(lessons[names[place - 1]].title)), key="previous_lesson",
                icon=":material/arrow_back:", on_click=go, args=(names[place - 1],),
            )  # fmt: skip
        if place < len(names) - 1:
            st.button(
                say("Next: {title}", title=say(lessons[names[place + 1]].title)), key="next_lesson",
                icon=":material/arrow_forward:", type="primary", on_click=go, args=(names[place + 1],),
            )  # fmt: skip
