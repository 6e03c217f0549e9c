"""Lesson 6: disagreement: two experts' answers, their divergence, and when being apart is good."""

from __future__ import annotations

import numpy as np
import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.language import marked, say
from i2moe_core.plots.palette import FIXED
from i2moe_core.plots.teach_atoms import plot_answers
from i2moe_core.plots.teach_circle import plot_angle_losses
from i2moe_core.teaching.lessons.two_views import compare, second_answer
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.components.glossary import term
from i2moe_core.ui.components.teach.question import Question
from i2moe_core.ui.language import is_full

CLASSES = (marked("circle"), marked("triangle"), marked("cross"))
STORIES = {
    "agree": marked("**Both say the same.** Little is added by asking twice."),
    "unknowing": marked(
        "**One of them does not know.** That is how it should be where only the other's kind of interaction "
        "tells the answer: an expert without evidence had better stay undecided."
    ),
    "contradict": marked(
        "**They contradict each other.** Each is sure of something else. One of them is wrong, and the "
        "answer depends on whom the gate believes: look closer at such a sample."
    ),
}
QUESTION = Question(
    marked("The divergence is the same for two samples. Is their disagreement equally alarming?"),
    (
        marked("Yes: it is the same number."),
        marked("No: it may be one expert that does not know, or two that contradict each other."),
        marked("Disagreement is always alarming."),
    ),
    1,
    marked(
        "One number cannot tell ignorance from contradiction. Where the answer needs synergy, the experts of "
        "single inputs should not know it, and their distance from the synergy expert is a good sign."
    ),
)


def show(run: Run | None) -> None:
    """Show the lesson."""
    st.markdown(
        say(
            "Two experts answer the same sample, each with a probability for every class. How far they are "
            "apart is measured by the {js}. Move what the second expert believes.",
            js=term("js"),
        )
    )
    _live()


@st.fragment
def _live() -> None:
    names = [say(name) for name in CLASSES]
    belief = st.slider(
        say("The second expert believes in {other} (0) or in {same} (100)", other=names[1], same=names[0]),
        0, 100, 20, key="belief", bind="query-params",
    )  # fmt: skip
    found = compare(second_answer(belief / 100))
    left, right = st.columns([3, 2], gap="large")
    with left:
        figure = plot_answers(
            names, (found.first, found.second), (say("first expert"), say("second expert")),
            (FIXED["synergy"], FIXED["unique:image"]),
        )  # fmt: skip
        show_figure(figure, key="two_views", alt=say("Two experts' answers, class by class"))
    with right:
        st.metric(say("Jensen-Shannon divergence"), say("{bits} bits", bits=f"{found.divergence:.2f}"))
        st.markdown(say(STORIES[found.kind]))
    reading_note(
        say("One pair of bars a class; the line across them is the mean of both. 0 bits: the same answer; "
            "1 bit: both are certain, of different classes."),
        say("Who is right, and how much say the gate gives to either."),
    )  # fmt: skip
    if is_full():
        st.latex(r"\mathrm{JS}(p, q) = H\!\left(\tfrac{p+q}{2}\right) - \tfrac12 H(p) - \tfrac12 H(q)")
        beliefs = np.arange(101.0)
        curve = np.array([compare(second_answer(b / 100)).divergence for b in beliefs])
        axes = (say("what the second expert believes"), say("bits"))
        figure = plot_angle_losses(
            beliefs, curve[None], [say("Jensen-Shannon divergence")], belief, FIXED["unique:image"], axes
        )
        figure.update_xaxes(tickvals=[0, 25, 50, 75, 100])
        show_figure(figure, key="divergences", alt=say("The divergence over what the second expert believes"))
