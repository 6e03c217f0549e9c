"""Lesson 4: replacing an input: what the experts answer to each kind of stand-in; why the choice matters."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.language import marked, say
from i2moe_core.plots.palette import expert_colours, expert_label, input_label
from i2moe_core.plots.teach_experts import plot_stand_ins, plot_sureness
from i2moe_core.teaching.lessons.stand_ins import KINDS, StandIns, replace_input
from i2moe_core.ui.cached import stamp
from i2moe_core.ui.components.choice import choose
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.components.glossary import term
from i2moe_core.ui.components.teach.lesson import lesson_run
from i2moe_core.ui.components.teach.question import Question
from i2moe_core.ui.language import is_full

STAND_INS = {
    "random": marked("Random vector"),
    "permutation": marked("Another sample's"),
    "zero": marked("Zeros"),
    "mean": marked("Mean vector"),
}
FAR = 2.0  # times the usual distance from which on stand-ins are called unlike
QUESTION = Question(
    marked("An expert is very sure of its answer to a random vector. What does that show?"),
    (
        marked("That it found a clue in the vector."),
        marked("That it does not need this input."),
        marked("Little: the vector is unlike all that it learnt from, and there its sureness means nothing."),
    ),
    2,
    marked(
        "Far from the training data a network may say anything, and say it surely. Another sample's input is "
        "unrelated too, but of a kind that the network knows: what changes then is due to the content."
    ),
)


def show(run: Run | None) -> None:
    """Show the lesson."""
    st.markdown(
        say(
            "To find what an expert owes to one input, that input's vectors are replaced and the expert is "
            "asked again. The published method puts in random numbers. A {replacement} that is {real}, "
            "another sample's input, tells more: move the choice and see.",
            replacement=term("replacement"),
            real=term("in_distribution"),
        )
    )
    found = lesson_run(run)
    if found is not None:
        _live(found)


@st.fragment
def _live(run: Run) -> None:
    names = list(run.info.modalities)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kinds = {name: say(STAND_INS[name]) for name in KINDS}
        kind = choose(say("The input is replaced by"), kinds, "random", "stand_in")
        inputs = {name: input_label(name) for name in names}
        replaced = choose(say("Replaced input"), inputs, names[0], "replaced")
    found = _replaced(run, names.index(replaced), kind)
    _show(found, replaced, kind)


def _show(found: StandIns, replaced: str, kind: str) -> None:
    colours = expert_colours(found.experts)
    labels = [expert_label(name) for name in found.experts]
    far = say(
        "The stand-ins lie **{far} times** as far from the nearest real input as real ones from each other.",
        far=f"{found.far:.1f}",
    )
    st.markdown(f"{far} {say('That is unlike anything seen in training.') if found.far > FAR else ''}")
    figure = plot_sureness(
        labels, [colours[name] for name in found.experts], found.sure_before, found.sure_after,
        (say("as given"), say("replaced")),
    )  # fmt: skip
    show_figure(
        figure, key="sureness", alt=say("How sure each expert is, as given and with an input replaced")
    )
    reading_note(
        say("Each row is one expert: how sure it is of its own answer, on average "
            "over {count} samples. Full dot: as given. Diamond: with the input "
            "replaced.", count=len(found.real)),
        say("Whether the answers are right: an expert can be sure and wrong."),
    )  # fmt: skip
    if is_full():
        _show_more(found, labels, colours[f"unique:{replaced}"], kind)


def _show_more(found: StandIns, labels: list[str], colour: str, kind: str) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        figure = plot_stand_ins(
            found.real, found.stand_ins, colour, (say("real inputs"), say(STAND_INS[kind]))
        )
        show_figure(figure, key="cloud", alt=say("Real inputs and their stand-ins on two directions"))
        reading_note(
            say("The input's vectors on the two directions in which the real ones differ most."),
            say("All other directions: a random vector can look near here and be far away."),
        )
    with right:
        st.dataframe(
            pd.DataFrame({
                say("Expert"): labels,
                say("Answer moves by"): [f"{value:.2f}" for value in found.moved],
                say("Sure, as given"): [f"{value:.0%}" for value in found.sure_before],
                say("Sure, replaced"): [f"{value:.0%}" for value in found.sure_after],
            }),
            hide_index=True, alt=say("How far each expert's answer moves"),
        )  # fmt: skip
        st.caption(say("Moves by: the share of an expert's probability that goes to other classes, 0 to 1."))


def _replaced(run: Run, modality: int, kind: str) -> StandIns:
    return _computed(str(run.path), run.id, stamp(run.path), modality, kind, _run=run)


@st.cache_resource(max_entries=32, show_spinner=False)
def _computed(path: str, run_id: str, written: int, modality: int, kind: str, _run: Run) -> StandIns:
    return replace_input(_run, modality, kind)
