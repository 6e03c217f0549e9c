"""The last two steps of the tour: the router's weights, and the sum that closes to the model's scores."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.explain.numbers import rounded_to_sum, signed
from i2moe_core.language import say
from i2moe_core.plots import expert_colours, plot_waterfall, top_classes
from i2moe_core.plots.palette import expert_label
from i2moe_core.plots.tour import plot_weights
from i2moe_core.teaching.tour import formulas
from i2moe_core.types import PairExplanation
from i2moe_core.ui.components.figure import reading_note
from i2moe_core.ui.components.teach.with_formula import show_with_formula
from i2moe_core.ui.components.trust.line import show_trust
from i2moe_core.ui.language import is_full
from i2moe_core.ui.words import plain

MOST = 6  # classes of the table


def show_weights(run: Run, row: int, explanation: PairExplanation) -> None:
    """Step 4: how much each expert's word counts."""
    names = [expert.name for expert in explanation.experts]
    labels, colours = [expert_label(name) for name in names], expert_colours(names)
    st.markdown(
        say(
            "The router reads the same numbers and divides 100% among the experts: their weights, "
            "anew for each sample."
        )
    )
    figure = plot_weights(labels, [colours[name] for name in names], explanation.weights)
    formula = formulas.weights_formula(labels, explanation.weights)
    show_with_formula(figure, "tour_weights", say("The router's weight of each expert"), formula)
    reading_note(
        say(
            "The dotted line is an even share. In the formula the largest score s is set to 0, for only "
            "differences of scores count; the fraction is one power over the sum of all."
        ),
        say("Who is right, or who decided: a large weight on an expert that says nothing changes nothing."),
    )
    show_trust(run)


def show_sum(run: Run, row: int, explanation: PairExplanation) -> None:
    """Step 5: weights times scores, summed to the model's own score, and the answer."""
    names = [expert.name for expert in explanation.experts]
    labels, place = [expert_label(name) for name in names], _answered(explanation)
    label = explanation.classes[place]
    parts = np.array([expert.contribution[place] for expert in explanation.experts])
    st.markdown(
        say(
            "Weight times score is an expert's part. The parts add up to the model's score for an "
            "answer, with nothing left over; here for **{answer}**.",
            answer=plain(label),
        )
    )
    figure = plot_waterfall(names, parts, say("Score of {answer}", answer=label), labels=labels)
    own, total = explanation.expert_logits[:, place], float(explanation.logits[place])
    formula = formulas.sum_formula(labels, explanation.weights, own, parts, total, label)
    alt = say("Each expert's part in the score, adding up to it")
    show_with_formula(figure, "tour_sum", alt, formula)
    if explanation.task != "regression":
        if is_full():
            st.latex(formulas.probability_formula(label, explanation.logits, place, explanation.task))
        st.markdown(say("So the model answers **{answer}**.", answer=plain(explanation.prediction)))
    reading_note(
        say(
            "From top to bottom each part moves the score; the last bar is the sum. Parts are rounded so "
            "that what is shown adds up to what is shown."
        ),
        say("A cause in the world: the parts are the model's own bookkeeping, and it may be wrong."),
    )
    if is_full():
        _show_table(explanation, labels)


def _answered(explanation: PairExplanation) -> int:
    return 0 if explanation.task == "regression" else int(np.argmax(explanation.probabilities))


def _show_table(explanation: PairExplanation, labels: list[str]) -> None:
    """Show the sums of all classes, the likeliest ones; each column adds up as it is shown."""
    shown = top_classes(explanation.logits, MOST)
    parts = np.stack([expert.contribution for expert in explanation.experts])
    columns = {say("Expert"): [*labels, say("Sum: the model's score")]}
    for c in shown:
        rounded, total = rounded_to_sum(parts[:, c], float(explanation.logits[c]), formulas.DIGITS)
        columns[explanation.classes[c]] = [signed(float(v), formulas.DIGITS) for v in (*rounded, total)]
    st.markdown(say("The same for every answer: each column adds up to the model's score."))
    frame = pd.DataFrame(columns)
    right = {name: st.column_config.TextColumn(alignment="right") for name in frame.columns[1:]}
    st.dataframe(frame, hide_index=True, column_config=right, alt=say("The parts of all answers"))
