"""The mismatch probe: keep one input, swap the other for those of other samples; which expert notices?"""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.plots import expert_label, plot_mismatch
from i2moe_core.types import PairExplanation, Probe
from i2moe_core.ui import cached
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.components.upload_pair import Pair
from i2moe_core.ui.words import percent, plain


def show_mismatch(run: Run, pair: Pair, explanation: PairExplanation) -> None:
    """Show how far each expert's probability of the first answer falls over 20 partners."""
    present = [name for name in explanation.modalities if name not in explanation.missing]
    if len(present) < 2 or explanation.task == "regression":
        st.info("The probe needs two inputs and an answer in classes; give this pair both inputs to run it.")
        return
    replaced = st.segmented_control(
        "Swap the",
        present,
        default=present[-1],
        required=True,
        key="swap",
        bind="query-params",
        format_func=plain,
    )
    replaced = replaced if replaced in present else present[-1]
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
    show_figure(
        figure, key="mismatch", alt="Each expert's probability of the first answer, over the partners"
    )
    reading_note(
        f"Large dot: the expert's probability of {plain(explanation.classes[first])} for the pair as "
        "given. Small dots: "
        f"with the {plain(replaced)} of {len(probe.ids)} other samples; diamond: their mean. A long line "
        "is an expert "
        "that notices the mismatch.",
        "That noticing is right: some partners happen to fit as well as the original.",
    )
    with st.expander("The partners"):
        st.dataframe(_partners(run, probe), hide_index=True, alt="The samples that were swapped in")


def _sentence(explanation: PairExplanation, probe: Probe, given: np.ndarray, first: int) -> str:
    after = probe.expert_probability.mean(axis=0)
    most = int(np.argmax(given - after))
    label, kept = (
        plain(explanation.classes[first]),
        sum(p == explanation.prediction for p in probe.predictions),
    )
    keeps = f"The whole model still answers {label} for {kept} of {len(probe.ids)} partners."
    if given[most] - after[most] < 0.05:
        return f"No expert notices: none of them gives {label} up. {keeps}"
    name = plain(expert_label(explanation.experts[most].name))
    fall = f"from {percent(float(given[most]))} to {percent(float(after[most]))}"
    return f"**{name}** notices most: its probability of {label} goes {fall} on average. {keeps}"


def _partners(run: Run, probe: Probe) -> pd.DataFrame:
    samples = run.reference
    rows = [samples.ids.index(found) if found in samples.ids else None for found in probe.ids]
    frame = pd.DataFrame(
        {"Sample": probe.ids, "Its own answer": probe.labels, "Answer after the swap": probe.predictions}
    )
    for modality in samples.modalities:
        if modality.name == probe.replaced and modality.kind == "text":
            frame.insert(1, "Text", ["" if row is None else samples.raw[modality.name][row] for row in rows])
    return frame
