"""What the set as a whole holds: BROJA of two inputs and the label, beside chance and the single samples."""

from __future__ import annotations

import numpy as np
import streamlit as st

from i2moe_core.analysis.set_level import SetLevel
from i2moe_core.expert_set import AND
from i2moe_core.language import say
from i2moe_core.plots import plot_set_level
from i2moe_core.plots.palette import inputs_label
from i2moe_core.ui.components.choice import choose
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.filters import Filter
from i2moe_core.ui.table import Table
from i2moe_core.ui.triangulated import Triangulation, whole_set
from i2moe_core.ui.why import BITS, PROBES


def show_whole_set(table: Table, chosen: Filter, found: Triangulation) -> None:
    """Draw BROJA of two inputs and the label, beside chance and the means of the pointwise parts."""
    level = whole_set(table, chosen, *_ask_pair(table))
    if level is None:
        st.info(
            say("BROJA is taken of the answers of the run's probes and the label's classes; this analysis "
                "has no probes, or its answers are numbers."),
            icon=":material/help:",
        )  # fmt: skip
        return
    rows = level.parts.assign(pointwise=np.nan)
    if PROBES in found.values and len(table.modalities) == 2:
        rows["pointwise"] = np.nanmean(found.values[PROBES], axis=0) / BITS
    show_figure(plot_set_level(rows), "whole_set", say("The decomposition of the whole set in bits"))
    _say_total(level)
    reading_note(
        say("A bar is the part of that information which is unique to one input, told by both, or only by "
            "both together (BROJA: Bertschinger and others, 2014). The line is what shuffled labels give: a "
            "bar near it is no finding. The diamond is the mean of the probes' PID over the samples."),
        say("Single samples: it is one number for the set. It sees each probe's answer, not its confidence, "
            "nor the joint probe, so synergy that neither answer holds is missing here."),
    )  # fmt: skip


def _say_total(level: SetLevel) -> None:
    st.markdown(
        say("Both probes' answers together hold **{joint:.2f} bits** of the label on {count:,} samples; "
            "chance alone would add about {bias:.3f} bits (Miller).",
            joint=level.joint, count=level.samples, bias=level.bias)
    )  # fmt: skip
    if level.merged:
        st.caption(say("Rare answers and labels that were counted as one: {count}.", count=level.merged))


def _ask_pair(table: Table) -> tuple[str, str]:
    names = list(table.modalities)
    if len(names) == 2:
        return names[0], names[1]
    pairs = {f"{a}{AND}{b}": (a, b) for n, a in enumerate(names) for b in names[n + 1 :]}
    shown = {code: inputs_label(pair) for code, pair in pairs.items()}
    return pairs[choose(say("Which two inputs"), shown, next(iter(pairs)), "pair", menu=True, width=300)]
