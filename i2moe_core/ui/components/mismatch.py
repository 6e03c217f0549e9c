"""The mismatch probe: keep one input, swap the other for those of other samples; which expert notices?"""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.language import say
from i2moe_core.plots import expert_label, plot_mismatch
from i2moe_core.plots.palette import input_label
from i2moe_core.types import PairExplanation, Probe
from i2moe_core.ui import cached
from i2moe_core.ui.components.choice import choose
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.components.upload_pair import Pair
from i2moe_core.ui.words import answer_label, joined, percent, plain


def show_mismatch(run: Run, pair: Pair, explanation: PairExplanation) -> None:
    """Show how far each expert's probability of the first answer falls over 20 partners."""
    present = [name for name in explanation.modalities if name not in explanation.missing]
    if len(present) < 2 or explanation.task == "regression":
        st.info(
            say("The probe needs two inputs and an answer in classes; give this pair both inputs to run it.")
        )
        return
    inputs = {name: plain(input_label(name)) for name in present}
    replaced = choose(say("Which input is swapped"), inputs, present[-1], "swap")
    probe = cached.probe(run, pair.values, replaced)
    first = int(np.argmax(explanation.probabilities))
    names = [expert.name for expert in explanation.experts]
    given = np.array([expert.probabilities[first] for expert in explanation.experts])
    st.markdown(_sentence(explanation, probe, given, first))
    figure = plot_mismatch(
        names,
        given,
        probe.expert_probability,
        (float(explanation.probabilities[first]), probe.mixture_probability),
        probe.ids,
    )
    alt = say("Each expert's probability of the first answer, over the partners")
    show_figure(figure, key="mismatch", alt=alt)
    reading_note(
        say(
            "Large dot: the expert's probability of {answer} for the pair as given. Small dots: with the "
            "{input} of {count} other samples; diamond: their mean. A long line is an expert that notices "
            "the mismatch.",
            answer=plain(explanation.classes[first]), input=inputs[replaced], count=len(probe.ids),
        ),
        say("That noticing is right: some partners happen to fit as well as the original."),
    )  # fmt: skip
    with st.expander(say("The partners")):
        frame = _partners(run, probe)
        st.dataframe(frame, hide_index=True, alt=say("The samples that were swapped in"))


def _sentence(explanation: PairExplanation, probe: Probe, given: np.ndarray, first: int) -> str:
    after = probe.expert_probability.mean(axis=0)
    most = int(np.argmax(given - after))
    label = plain(explanation.classes[first])
    if given[most] - after[most] < 0.05:
        noticed = say("No expert notices: none of them gives {answer} up.", answer=label)
    else:
        noticed = say(
            "**{expert}** notices most: its probability of {answer} falls from {before} to {after} on "
            "average.",
            expert=plain(expert_label(explanation.experts[most].name)), answer=label,
            before=percent(float(given[most])), after=percent(float(after[most])),
        )  # fmt: skip
    return joined([noticed, _kept(explanation, probe)])


def _kept(explanation: PairExplanation, probe: Probe) -> str:
    return say(
        "The whole model still answers {answer} for {kept} of {count} partners.",
        answer=plain(answer_label(explanation.task, explanation.prediction)),
        kept=sum(p == explanation.prediction for p in probe.predictions), count=len(probe.ids),
    )  # fmt: skip


def _partners(run: Run, probe: Probe) -> pd.DataFrame:
    samples = run.reference
    rows = [samples.ids.index(found) if found in samples.ids else None for found in probe.ids]
    frame = pd.DataFrame(
        {
            say("Sample"): probe.ids,
            say("Its own answer"): [answer_label(samples.task, label) for label in probe.labels],
            say("Answer after the swap"): [answer_label(samples.task, p) for p in probe.predictions],
        }
    )
    for modality in samples.modalities:
        if modality.name == probe.replaced and modality.kind == "text":
            texts = ["" if row is None else samples.raw[modality.name][row] for row in rows]
            frame.insert(1, say("Text"), texts)
    return frame
