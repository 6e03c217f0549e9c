"""The eight weak points, each with this run's number, a figure, how to read it, its limits and what helps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from i2moe_core.analysis.weak.says import point_says
from i2moe_core.checkpoint import Run
from i2moe_core.language import marked, say
from i2moe_core.ui import jobs
from i2moe_core.ui.components.figure import reading_note
from i2moe_core.ui.components.lights import badge
from i2moe_core.ui.components.trust.figures import FIGURES
from i2moe_core.ui.components.trust.jobs import followed, start
from i2moe_core.ui.language import is_full
from i2moe_core.ui.repeated import split_of
from i2moe_core.ui.table import split_label
from i2moe_core.ui.weak_lights import LIGHT_WORDS, light_of_point
from i2moe_core.ui.weak_words import WORDS
from i2moe_core.ui.weakness import Point, find_weak_points, short_number
from i2moe_core.ui.words import plain

VERB = "weak-points"
WHY = marked(
    "Whoever knows this method knows eight ways in which it can go wrong. Each is measured here on this very "
    "model, whatever its verdict above."
)


def show_points(run: Run) -> None:
    """Show the weak points; where they were not measured, offer to."""
    st.header(say("Which known weak points does it have?"))
    st.markdown(say(WHY))
    busy = followed(jobs.folder_of(VERB, run.name))
    found = find_weak_points(run)
    if found is None:
        _offer(run, busy)
        return
    points = found["points"]
    _show_overview(points)
    for place, (key, point) in enumerate(points.items(), 1):
        _show_point(run, place, key, point)
    if is_full() and not busy:
        _again(run, found)


def start_points(run: Run) -> None:
    """Start to measure; for use in a callback."""
    options = [run.path, "--weak-points", "--save", "--split", split_of(run)]
    start(VERB, run.name, options, marked("The weak points of '{run}'"), run=run.name)


def _offer(run: Run, busy: bool) -> None:
    if busy:
        st.info(say("The eight points appear here when they are measured."), icon=":material/hourglass_top:")
        return
    st.markdown(
        say(
            "They have not been measured on this model yet. It takes about a minute for a small one: "
            "gradients of its losses, draws of replacements, experts left out in turn, and its speed."
        )
    )
    st.button(
        say("Measure the weak points"), icon=":material/play_arrow:", type="primary", key="make_points",
        on_click=start_points, args=(run,),
    )  # fmt: skip


def _again(run: Run, found: Mapping[str, Any]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            say(
                "Measured on {samples:,} samples of split {split}.",
                samples=found["samples"], split=plain(split_label(str(found["split"]))),
            )
        )  # fmt: skip
        st.button(
            say("Measure again"), icon=":material/refresh:", type="tertiary", key="make_points",
            on_click=start_points, args=(run,),
        )  # fmt: skip


def _show_overview(points: Mapping[str, Point]) -> None:
    lines = [
        f"| {place} | [{say(WORDS[key].short)}](#weak-{key}) | {plain(short_number(key, point))} | "
        f"{_light(key, point)} |"
        for place, (key, point) in enumerate(points.items(), 1)
    ]
    heads = f"| | {say('Weak point')} | {say('This model')} | |"
    st.markdown("\n".join([heads, "|---|---|---|---|", *lines]))
    marks = say(
        "The words on the right only guide the eye, by marks of this app's own; the numbers are the finding."
    )
    if is_full():
        st.caption(marks)
    else:
        reading_note(marks, say("Whether it did harm to an answer: the numbers are of the whole model."))


def _light(key: str, point: Point) -> str:
    light = light_of_point(key, point)
    return badge(light, say(LIGHT_WORDS[light]))


def _show_point(run: Run, place: int, key: str, point: Point) -> None:
    words = WORDS[key]
    st.subheader(f"{place}. {say(words.question)}", anchor=f"weak-{key}")
    st.markdown(say(words.trouble))
    finding = point_says(key, point["numbers"], tuple(run.info.modalities))
    st.markdown(f"{_light(key, point)} **{plain(finding, 600)}**")
    if is_full() and FIGURES[key](run, point):
        reading_note(say(words.how), say(words.not_show))
        st.markdown(f"**{say('What to do.')}** {say(words.todo)}")
