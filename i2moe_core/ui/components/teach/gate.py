"""Lesson 3: what the gate does: its scores under another temperature, or weights set by hand."""

from __future__ import annotations

import numpy as np
import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.explain.pair import remix
from i2moe_core.language import marked, say
from i2moe_core.plots import plot_router
from i2moe_core.plots.palette import expert_colours, expert_label
from i2moe_core.plots.teach_experts import plot_weight_change
from i2moe_core.teaching.lessons.gate import effective_experts, scores_of, weights_at
from i2moe_core.types import PairExplanation
from i2moe_core.ui import cached
from i2moe_core.ui.components.choice import choose
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.components.glossary import term
from i2moe_core.ui.components.teach.lesson import ask_sample, lesson_run, sample_values, show_sample
from i2moe_core.ui.components.teach.question import Question
from i2moe_core.ui.language import is_full
from i2moe_core.ui.words import percent, plain

WAYS = {"temperature": marked("Temperature"), "hand": marked("Weights by hand")}
TEMPERATURES = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 10.0)
QUESTION = Question(
    marked("You raise the temperature a lot. What becomes of the weights?"),
    (
        marked("They all come near to each other."),
        marked("The largest one takes everything."),
        marked("They do not change: the scores are fixed."),
    ),
    0,
    marked(
        "Scores divided by a large number hardly differ, so the softmax gives everyone nearly the same. The "
        "order of the experts stays; only how sharply the gate prefers one changes."
    ),
)


def show(run: Run | None) -> None:
    """Show the lesson."""
    st.markdown(
        say(
            "For each sample the {gate} gives every expert a score. Divided by the {temperature} and passed "
            "through a softmax, the scores become {weights}. The answer is the sum of the experts' answers, "
            "each times its weight.",
            gate=term("gate"),
            temperature=term("temperature"),
            weights=term("weight", say("weights")),
        )
    )
    found = lesson_run(run)
    if found is not None:
        _live(found)


@st.fragment
def _live(run: Run) -> None:
    row = ask_sample(run, "gate_sample")
    explained = cached.explain(run, sample_values(run, row), run.reference.ids[row])
    own = explained.weights
    left, right = st.columns([2, 3], gap="large")
    with left:
        show_sample(run, row)
        way = choose(
            say("You move"), {name: say(words) for name, words in WAYS.items()}, "temperature", "way"
        )
        weights = _by_hand(explained) if way == "hand" else _by_temperature(own, run.config.model.temperature)
    with right:
        if weights is None:
            st.info(say("All weights are 0, so nobody answers. Give at least one expert a weight."))
            return
        _show_result(explained, own, weights)
    reading_note(
        say("Bars: the weights now. Small lines: the gate's own "
            "weights. {count} experts have a say now, counted "
            "by the entropy of the weights.", count=f"{effective_experts(weights):.1f}"),
        say("What a model trained at this temperature would have learnt: the scores stay as they are."),
    )  # fmt: skip


def _by_temperature(own: np.ndarray, trained: float) -> np.ndarray:
    temperature = st.select_slider(
        say("Temperature"), TEMPERATURES, value=1.0, key="temperature", bind="query-params"
    )
    temperature = temperature if temperature in TEMPERATURES else 1.0
    if is_full():
        st.latex(r"w_k = \frac{e^{s_k / T}}{\sum_j e^{s_j / T}}")
        st.caption(say("The model was trained at T = {temperature}.", temperature=f"{trained:g}"))
    return weights_at(scores_of(own, trained), trained * temperature)


def _by_hand(explained: PairExplanation) -> np.ndarray | None:
    given = [
        st.slider(expert_label(expert.name), 0, 100, 25, key=f"hand_{number}", bind="query-params")
        for number, expert in enumerate(explained.experts)
    ]
    total = sum(given)
    return np.array(given) / total if total > 0 else None


def _show_result(explained: PairExplanation, own: np.ndarray, weights: np.ndarray) -> None:
    names = [expert.name for expert in explained.experts]
    _, said = remix(explained, weights)
    best, before = int(np.argmax(said)), int(np.argmax(explained.probabilities))
    sure = say("The answer: **{answer}**, {sure} sure.", answer=plain(explained.classes[best], 60),
               sure=percent(float(said[best])))  # fmt: skip
    changed = say(
        "You changed the model's mind: it was {answer}.", answer=plain(explained.classes[before], 60)
    )
    st.markdown(sure if best == before else f"{sure} {changed}")
    figure = plot_weight_change(
        [expert_label(name) for name in names], [expert_colours(names)[name] for name in names], own, weights,
        (say("the gate's own"), say("now")),
    )  # fmt: skip
    show_figure(figure, key="gate_weights", alt=say("Each expert's weight, the gate's own and now"))
    if is_full():
        figure = plot_router(
            explained.classes, explained.probabilities, said, names=(say("gate"), say("now"))
        )
        show_figure(figure, key="gate_answer", alt=say("The answer under the gate's weights and now"))
