"""The role test of this pair: does each expert react to a replaced input as its name says?"""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from i2moe_core.expert_set import read_name
from i2moe_core.language import say
from i2moe_core.plots import expert_label, plot_role_test
from i2moe_core.plots.palette import input_label, inputs_label
from i2moe_core.types import REDUNDANCY, SYNERGY, PairExplanation
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.readings import movements, reacts_as_named
from i2moe_core.ui.words import joined, plain


def show_role_test(explanation: PairExplanation, wanted: int) -> None:
    """Show each expert's answer as given and after each replacement, and what follows for its name."""
    count = explanation.perturbed.shape[2]
    names = [expert.name for expert in explanation.experts]
    given = np.array([expert.probabilities[wanted] for expert in explanation.experts])
    if explanation.task == "regression":
        st.caption(say("The table shows by how much each expert's estimate changes on average."))
    else:
        label = plain(explanation.classes[wanted])
        st.markdown(say("Each expert's probability of **{answer}**:", answer=label))
        figure = plot_role_test(names, explanation.modalities, given, explanation.perturbed[:, :, :, wanted])
        alt = say("Each expert's answer as given and with an input replaced")
        show_figure(figure, key="roles", alt=alt)
    how = say(
        "Full dot: as given. Open marks: the mean when that input is taken from {count} other samples; the "
        "line spans the middle 80% of them. An expert that an input matters to moves; one that ignores it "
        "stays.",
        count=count,
    )
    reading_note(
        joined([how, _table_words(explanation)]),
        say("Whether the expert is right, and how it would react to inputs unlike those of the data set."),
    )
    alt = say("Whether each expert reacts as its name says")
    st.dataframe(_verdicts(explanation), hide_index=True, alt=alt)


def _table_words(explanation: PairExplanation) -> str:
    if explanation.task == "multiclass":
        return say(
            "The table tells how much of its probability moves to other classes on average, from 0 to 1."
        )
    return say("The table tells how far its answer moves on average.")


def _verdicts(explanation: PairExplanation) -> pd.DataFrame:
    moved = movements(explanation)
    heads = [say("Moves with {input}", input=input_label(m)) for m in explanation.modalities]
    rows = []
    for expert, moves in zip(explanation.experts, moved, strict=True):
        row = {say("Expert"): expert_label(expert.name), say("Should"): _duty(expert.name)}
        row |= {head: f"{x:.2f}" for head, x in zip(heads, moves, strict=True)}
        row[say("Here")] = _words(reacts_as_named(expert.name, moves, explanation.modalities))
        rows.append(row)
    return pd.DataFrame(rows)


def _duty(name: str) -> str:
    parts = read_name(name)
    own = inputs_label(parts.modalities)
    if parts.role == SYNERGY:
        return say("move with {inputs}", inputs=own) if own else say("move with every input")
    if parts.role == REDUNDANCY:
        return say("stay where the rest agrees")
    return say("move with {input} only", input=own)


def _words(verdict: bool | None) -> str:
    if verdict is None:
        return say("needs the audit: one pair cannot tell")
    return say("✓ as named") if verdict else say("✗ not as named")
