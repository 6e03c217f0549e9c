"""The first three steps of the tour: the sample, the encoders' vectors, the experts' scores."""

from __future__ import annotations

import numpy as np
import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.language import say
from i2moe_core.plots import expert_colours, top_classes
from i2moe_core.plots.palette import expert_label, expert_meaning, input_label
from i2moe_core.plots.tour import plot_encoded, plot_scores
from i2moe_core.teaching.tour import formulas
from i2moe_core.types import UNIQUE, PairExplanation
from i2moe_core.ui import toured
from i2moe_core.ui.components.figure import reading_note
from i2moe_core.ui.components.pair_card import true_answer
from i2moe_core.ui.components.teach.shown_sample import show_sample, values_of
from i2moe_core.ui.components.teach.with_formula import show_with_formula
from i2moe_core.ui.language import is_full
from i2moe_core.ui.words import plain

MOST = 4  # classes whose scores are written out


def show_input(run: Run, row: int, explanation: PairExplanation) -> None:
    """Step 1: what the model is given, and what would be right."""
    st.markdown(
        say(
            "A sample is what the model gets at once: here a picture with its text, or other inputs. "
            "It must name the right answer from them."
        )
    )
    left, right = st.columns([2, 3], gap="large")
    with left:
        show_sample(run, values_of(run, row))
    with right:
        if is_full():
            st.latex(_input_formula(run, row))
        truth = run.reference.truth
        if truth is not None:
            kind = str(truth.interactions[row])
            st.markdown(
                say(
                    "This sample was made so that it needs **{kind}**: {meaning}.",
                    kind=plain(expert_label(kind)),
                    meaning=plain(expert_meaning(kind)),
                )
            )
    reading_note(
        say("x is the input, y the right answer; the picture is shown pixel by pixel, as the model gets it."),
        say("What of it matters: that is what the next steps are about."),
    )


def _input_formula(run: Run, row: int) -> str:
    parts = []
    for name, kind in run.info.modalities.items():
        value = run.reference.raw[name][row]
        if value is None:
            parts.append((input_label(name), r"= \varnothing"))
        elif kind == "image":
            parts.append((input_label(name), formulas.picture_space(value.shape)))
        elif kind == "text":
            parts.append((input_label(name), formulas.words_of(value)))
        else:
            parts.append((input_label(name), f"= {formulas.vector(np.ravel(value))}"))
    return formulas.inputs_formula(parts, true_answer(run, row))


def show_encoders(run: Run, row: int, explanation: PairExplanation) -> None:
    """Step 2: each input as a vector."""
    found = toured.encoded(run, values_of(run, row), run.reference.ids[row])
    st.markdown(
        say(
            "An encoder of its own turns each input into a list of numbers. From here on the model "
            "knows nothing else of it: what an encoder misses, no expert can see."
        )
    )
    colours = expert_colours([f"{UNIQUE}:{part.modality}" for part in found])
    labels = [
        say(
            "{input}: {count} numbers, from {tokens} pieces",
            input=input_label(part.modality),
            count=len(part.pooled),
            tokens=part.tokens,
        )
        for part in found
    ]
    figure = plot_encoded(labels, [part.pooled for part in found], list(colours.values()))
    formula = formulas.encoders_formula([(input_label(part.modality), part.pooled) for part in found])
    alt = say("The numbers that each encoder makes of its input")
    show_with_formula(figure, "tour_encoded", alt, formula)
    reading_note(
        say(
            "One bar is one number; the formula shows the first three. Pieces are patches of the picture or "
            "words, and what is drawn is their mean."
        ),
        say("A meaning of a single number: only all of them together say something, and only to this model."),
    )


def show_experts(run: Run, row: int, explanation: PairExplanation) -> None:
    """Step 3: what each expert says of each class."""
    names = [expert.name for expert in explanation.experts]
    labels, colours = [expert_label(name) for name in names], expert_colours(names)
    shown = np.sort(top_classes(np.max([*explanation.expert_logits, explanation.logits], axis=0), MOST))
    classes = [explanation.classes[c] for c in shown]
    st.markdown(
        say(
            "Every expert reads the same numbers and gives each answer a score. They were trained for "
            "different things: one for what only this input tells, one for what both together tell."
        )
    )
    scores = explanation.expert_logits[:, shown]
    figure = plot_scores(labels, [colours[name] for name in names], classes, scores)
    formula = formulas.experts_formula(labels, scores)
    show_with_formula(figure, "tour_scores", say("Each expert's score for each answer"), formula)
    more = len(explanation.classes) - len(classes)
    cut = say(" {count} further answers are left out.", count=more) if more > 0 else ""
    reading_note(
        say(
            "A row is an expert. The stronger the colour, the more it is for that answer. The formula holds "
            "the same numbers."
        )
        + cut,
        say("How much an expert's word counts: that is the next step."),
    )
    if is_full():
        lines = zip(labels, names, strict=True)
        st.caption("  \n".join(f"**{plain(label)}**: {plain(expert_meaning(name))}" for label, name in lines))
