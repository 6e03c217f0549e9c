"""The first figures of the Interactions page: all measures side by side, why they differ, how they rank."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from i2moe_core.analysis.emap_file import Emap
from i2moe_core.analysis.triangulation import DROP, EMAP, MEASURES
from i2moe_core.checkpoint import Run
from i2moe_core.explain.numbers import percent
from i2moe_core.language import marked, say
from i2moe_core.plots import expert_label, plot_measures, plot_rank_agreement
from i2moe_core.ui.components.choice import choose
from i2moe_core.ui.components.figure import picker, reading_note, show_figure
from i2moe_core.ui.components.measure_samples import pick_cell
from i2moe_core.ui.filters import Filter
from i2moe_core.ui.language import is_full
from i2moe_core.ui.table import Table
from i2moe_core.ui.triangulated import Triangulation, labelled, rank_agreement, whole_set
from i2moe_core.ui.why import PROBES, why_they_differ

MORE = {  # how a measure is read as interactions
    DROP: marked(
        "What falls whichever input is swapped is read as synergy, what falls for one only as unique to it, "
        "what stays above chance as redundancy."
    ),
    EMAP: marked("It has no number for redundancy."),
}
ABSENT = {
    DROP: marked("The modality drop is of a probability, which a number has not."),
    PROBES: marked("The run has no probes, so their PID is missing."),
    EMAP: marked("EMAP has not been measured yet: see Adding up (EMAP) below."),
}


def show_measures(table: Table, found: Triangulation) -> None:
    """Draw the mean of every measure and interaction side by side."""
    if found.passing > len(found.places):
        st.caption(
            say("All figures are of {count:,} samples, drawn at random of the {passing:,} that pass.",
                count=len(found.places), passing=found.passing)
        )  # fmt: skip
    experts = list(table.interactions)

    def pick(data: list[Any]) -> None:
        if data[1] in experts:
            pick_cell([data[0]], experts.index(data[1]))

    if not is_full():
        _say_agreement(found)
    figure = plot_measures(labelled(found.means), experts)
    alt = say("The mean of each measure by interaction")
    show_figure(figure, "measures", alt, picker("measures", pick))
    _note_measures(table.info.draws)
    if is_full():
        _explain_measures(found)


def show_why(run: Run, table: Table, chosen: Filter, found: Triangulation, emap: Emap | None) -> None:
    """Write the paragraph."""
    st.header(say("Why do they differ?"))
    level = whole_set(table, chosen, *table.modalities[:2]) if len(table.modalities) == 2 else None
    st.markdown(why_they_differ(found, table.info, level, emap, run.audit))


def show_ranks(table: Table, chosen: Filter, found: Triangulation, emap: Emap | None) -> None:
    """Draw the rank correlations of the measures of one interaction."""
    names = {name: expert_label(name) for name in table.interactions}
    expert = table.interactions.index(choose(say("Interaction"), names, table.interactions[0], "interaction"))
    pairs = rank_agreement(table, chosen, emap, expert)
    keys = [key for key in found.values if any(key in pair for pair in pairs)]
    value, low, high = (np.full((len(keys), len(keys)), np.nan) for _ in range(3))
    for (a, b), known in pairs.items():
        place = keys.index(b), keys.index(a)
        value[place], low[place], high[place] = known.value, known.low, known.high
    figure = plot_rank_agreement(keys, [say(MEASURES[key].label) for key in keys], value, low, high)
    picked = picker("ranks", lambda data: pick_cell(sorted(data, key=keys.index), expert))
    alt = say("Rank correlations between the measures of one interaction")
    show_figure(figure, "ranks", alt, picked)
    if EMAP in keys:
        known_here = int((~np.isnan(found.values[EMAP][:, expert])).sum())
        st.caption(say("EMAP is known of {count:,} of these samples.", count=known_here))
    _note_ranks(found.noise)


def _say_agreement(found: Triangulation) -> None:
    """Say in one sentence how often two measures name the same interaction."""
    known = [share for share in found.same.values() if not np.isnan(share)]
    if known:
        least, most = percent(min(known)), percent(max(known))
        st.markdown(
            say("Two of these measures name the same interaction in **{least}** to **{most}** of the "
                "samples, depending on which two.", least=least, most=most)
        )  # fmt: skip


def _note_measures(draws: int) -> None:
    if not is_full():
        reading_note(
            say("A row is a way to measure, a cell its mean over the samples; compare where the rows are "
                "dark, not their numbers. Click a cell to see its samples."),
            say("Single samples: they may differ from the mean."),
        )  # fmt: skip
        return
    reading_note(
        say("A row is a measure in its own unit, a cell its mean over the samples, tinted by its part of the "
            "row's largest: compare the pattern of rows, not their numbers. Point at a cell for its "
            "interval, click it to see the samples in which this measure names this interaction."),
        say("Single samples. Modality drop and PID of the model rest on a single swap a sample: one sample's "
            "number is noisy, and the model's PID leans towards synergy, for the logarithm of one answer is "
            "too low on average.")
        if draws == 1 else
        say("Single samples. Modality drop and PID of the model rest on {count} swaps a sample: one sample's "
            "number is noisy, and so few make the model's PID lean towards synergy, for the logarithm of a "
            "mean of few answers is too low on average.", count=draws),
    )  # fmt: skip


def _note_ranks(noise: float) -> None:
    reading_note(
        say("A cell is Spearman's correlation of two measures of this interaction over the samples: 1 means "
            "the same order, 0 unrelated, below 0 opposite; ± is half the width of the 95% interval. Click "
            "a cell to see where the two part most."),
        say("Whether either is right, and agreement in size. With few swaps a sample, noise lowers the "
            "correlations of the modality drop and of the model's PID with the others. It raises the one "
            "between the two, for they rest on the same swaps.")
        if np.isnan(noise) else
        say("Whether either is right, and agreement in size. With few swaps a sample, noise lowers the "
            "correlations of the modality drop (to at most about {limit:.2f}) and of the model's PID with "
            "the others. It raises the one between the two, for they rest on the same swaps.",
            limit=np.sqrt(1 - noise)),
    )  # fmt: skip


def _explain_measures(found: Triangulation) -> None:
    with st.expander(say("What each measure is"), icon=":material/help:"):
        for key in found.values:
            measure = MEASURES[key]
            text = say("**{name}** ({unit}). {meaning}", name=say(measure.label), unit=say(measure.unit),
                       meaning=say(measure.meaning))  # fmt: skip
            st.markdown(f"{text}  \n{say(MORE[key])}" if key in MORE else text)
        for key, reason in ABSENT.items():
            if key not in found.values:
                st.caption(say(reason))
