"""Lesson 5: why weights can mislead: two recipes trained on the same data, side by side."""

from __future__ import annotations

import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.language import marked, say
from i2moe_core.plots.palette import expert_colours, expert_label
from i2moe_core.plots.teach_types import plot_type_weights
from i2moe_core.teaching.lessons.recipes import PAIR, Trained
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.components.glossary import term
from i2moe_core.ui.components.teach.question import Question
from i2moe_core.ui.components.teach.small_training import train_both
from i2moe_core.ui.language import is_full

SEEDS = (0, 1, 2, 3)
NAMES = {"paper": marked("As published"), "faithful": marked("Faithful")}
QUESTION = Question(
    marked("Two models answer equally well. May both models' weights be believed equally?"),
    (
        marked("Yes: who answers well has understood."),
        marked("No: accuracy does not show what the weights mean; that takes a test of its own."),
        marked("Yes, if both were trained on the same data."),
    ),
    1,
    marked(
        "Many ways of dividing the say give the same answers. Only one of the two recipes is taught to "
        "divide it by the interaction that is really there, and only the audit shows the difference."
    ),
)


def show(run: Run | None) -> None:
    """Show the lesson."""
    st.markdown(
        say(
            "Data with {truth}: for each sample it is known which interaction tells the answer. Two small "
            "mixtures learn from it, by the published {recipe} and by the faithful one. Both answer almost "
            "always right. But do their weights name the interaction?",
            truth=term("known_truth"),
            recipe=term("recipe"),
        )
    )
    seed = st.segmented_control(
        say("Seed of the data and of the training"), list(SEEDS), default=0, required=True, key="seed",
        bind="query-params",
    )  # fmt: skip
    trained = train_both(int(seed) if seed in SEEDS else 0)
    if trained is None:
        return
    for column, recipe in zip(st.columns(2, gap="large"), PAIR, strict=True):
        with column:
            _show_one(trained[recipe])
    reading_note(
        say("One bar a true interaction: how the gate divides the say there, on average over the test "
            "samples. The framed segment should be the longest in its bar."),
        say("Whether an expert that holds the weight does its job; the audit tests that too."),
    )  # fmt: skip
    if is_full():
        st.caption(
            say(
                "IRS: harmonic mean of how often the largest contribution names the truth, chance removed, "
                "and of the experts' role tests. Data vectors:struct, 1,500 training samples, test split of "
                "500."
            )
        )


def _show_one(trained: Trained) -> None:
    st.subheader(say(NAMES[trained.recipe]))
    with st.container(horizontal=True, gap="small"):
        st.metric(say("Right answers"), f"{trained.accuracy:.0%}")
        st.metric("IRS", f"{trained.irs:.2f}", help=say("0 is chance, 1 is perfect."))
        st.metric(say("Leak"), f"{trained.leak:.2f}", help=say("0.5 is ideal, 1 is worst."))
    names = [expert_label(name) for name in trained.interactions]
    colours = expert_colours(trained.interactions)
    figure = plot_type_weights(
        trained.weights, names, names, [colours[name] for name in trained.interactions],
        say("{expert}: {share} of the say"),
    )  # fmt: skip
    show_figure(
        figure, key=f"weights_{trained.recipe}", alt=say("The mean weights for each true interaction")
    )
    st.markdown(
        say(
            "The largest part of the answer names the true interaction in **{named}** of the samples "
            "(chance: 25%).",
            named=f"{trained.named:.0%}",
        )
    )
