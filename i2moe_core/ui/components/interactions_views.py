"""The figures of the Interactions page: all measures, how they rank, what they name, the whole set."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from i2moe_core.analysis.emap_file import Emap
from i2moe_core.analysis.triangulation import DROP, EMAP, MEASURES
from i2moe_core.checkpoint import Run
from i2moe_core.plots import expert_label, plot_measures, plot_named, plot_rank_agreement, plot_set_level
from i2moe_core.ui.components.figure import picker, reading_note, show_figure
from i2moe_core.ui.components.measure_samples import pick_cell
from i2moe_core.ui.filters import Filter
from i2moe_core.ui.table import Table
from i2moe_core.ui.triangulated import Triangulation, rank_agreement, whole_set
from i2moe_core.ui.why import BITS, PROBES, why_they_differ


def show_measures(table: Table, found: Triangulation) -> None:
    """Draw the mean of every measure and interaction side by side."""
    if found.passing > len(found.places):
        st.caption(
            f"All figures are of {len(found.places):,} samples, drawn at random of the {found.passing:,} "
            "that pass."
        )
    experts = list(table.interactions)

    def pick(data: list[Any]) -> None:
        if data[1] in experts:
            pick_cell([data[0]], experts.index(data[1]))

    figure = plot_measures(found.means, experts)
    show_figure(figure, "measures", "The mean of each measure by interaction", picker("measures", pick))
    reading_note(
        "A row is a measure in its own unit, a cell its mean over the samples, tinted by its part of the "
        "row's largest: compare the pattern of rows, not their numbers. Point at a cell for its interval, "
        "click it to see the samples in which this measure names this interaction.",
        f"Single samples. Modality drop and PID of the model rest on {table.info.draws} swaps a sample: one "
        "sample's number is noisy, and so few make the model's PID lean towards synergy, for the logarithm "
        "of a mean of few answers is too low on average.",
    )
    with st.expander("What each measure is", icon=":material/help:"):
        for key in found.values:
            measure = MEASURES[key]
            st.markdown(f"**{measure.label}** ({measure.unit}). {measure.meaning}{_more(key)}")
        absent = _absent(table, found)
        if absent:
            st.caption(absent)


def show_why(run: Run, table: Table, chosen: Filter, found: Triangulation, emap: Emap | None) -> None:
    """Write the paragraph."""
    level = whole_set(table, chosen, *table.modalities[:2]) if len(table.modalities) == 2 else None
    st.markdown(why_they_differ(found, table.info, level, emap, run.audit))


def show_ranks(table: Table, chosen: Filter, found: Triangulation, emap: Emap | None) -> None:
    """Draw the rank correlations of the measures of one interaction."""
    name = st.segmented_control(
        "Interaction", table.interactions, default=table.interactions[0], required=True, key="interaction",
        format_func=expert_label, bind="query-params",
    )  # fmt: skip
    expert = table.interactions.index(name) if name in table.interactions else 0
    pairs = rank_agreement(table, chosen, emap, expert)
    keys = [key for key in found.values if any(key in pair for pair in pairs)]
    value, low, high = (np.full((len(keys), len(keys)), np.nan) for _ in range(3))
    for (a, b), known in pairs.items():
        place = keys.index(b), keys.index(a)
        value[place], low[place], high[place] = known.value, known.low, known.high
    figure = plot_rank_agreement(keys, [MEASURES[key].label for key in keys], value, low, high)
    picked = picker("ranks", lambda data: pick_cell(sorted(data, key=keys.index), expert))
    show_figure(figure, "ranks", "Rank correlations between the measures of one interaction", picked)
    few = f" EMAP is of {_known(found, expert):,} of these samples." if EMAP in keys else ""
    limit = "" if np.isnan(found.noise) else f" (the drop's to at most about {np.sqrt(1 - found.noise):.2f})"
    reading_note(
        "A cell is Spearman's correlation of two measures of this interaction over the samples: 1 means the "
        "same order, 0 unrelated, below 0 opposite; ± is half the width of the 95 % interval. Click a cell "
        f"to see where the two part most.{few}",
        "Whether either is right, and agreement in size. With few swaps a sample, noise lowers the modality "
        f"drop's and the model's PID's correlations with the others{limit}, and raises the one between the "
        "two, for they rest on the same swaps.",
    )


def show_truth(table: Table, found: Triangulation) -> None:
    """Draw how often each measure names the true interaction, and which true ones it finds."""
    if found.truth.empty:
        st.info(
            "The true interactions of these samples are not known; they are only for generated data.",
            icon=":material/help:",
        )
        return
    every = found.truth[found.truth["truth"] == "all"]
    show_figure(
        plot_named(every, 1 / len(table.interactions)),
        "truth",
        "How often each measure names the true interaction",
    )
    reading_note(
        "A mark is the share of the samples in which the measure's largest part is the true interaction, "
        f"with its Wilson interval; the dotted line is guessing among {len(table.interactions)}.",
        "Truth in general: the generated types follow the same definition (minimum consensus) as the "
        "pointwise PID, which favours it. EMAP has no number for redundancy, so it names nothing.",
    )
    parts = found.truth[found.truth["truth"] != "all"].rename(columns={"truth": "expert", "share": "mean"})
    parts = parts.assign(unit="share")

    def pick(data: list[Any]) -> None:
        pick_cell([data[0]], list(table.interactions).index(data[1]))

    st.markdown("**By true interaction**")
    show_figure(
        plot_measures(parts, table.interactions), "truth_by", "Hits by true interaction",
        picker("truth_by", pick),
    )  # fmt: skip
    reading_note(
        "A cell is the share of the samples of this true interaction that the measure names so. Click a cell "
        "to see the samples that the measure gives this name.",
        "What is named instead: the samples behind a cell show it one by one.",
    )


def show_whole_set(table: Table, chosen: Filter, found: Triangulation) -> None:
    """Draw BROJA of two inputs and the label, beside chance and the means of the pointwise parts."""
    pair = _ask_pair(table)
    level = whole_set(table, chosen, *pair)
    if level is None:
        st.info(
            "BROJA is taken of the answers of the run's probes and the label's classes; this analysis has "
            "no probes, or its answers are numbers.",
            icon=":material/help:",
        )
        return
    rows = level.parts.assign(pointwise=np.nan)
    if PROBES in found.values and len(table.modalities) == 2:
        rows["pointwise"] = np.nanmean(found.values[PROBES], axis=0) / BITS
    show_figure(plot_set_level(rows), "whole_set", "The decomposition of the whole set in bits")
    merged = f" {level.merged} rare answers and labels were counted as one." if level.merged else ""
    st.markdown(
        f"Both probes' answers together hold **{level.joint:.2f} bits** of the label on {level.samples:,} "
        f"samples; chance alone would add about {level.bias:.3f} bits (Miller).{merged}"
    )
    reading_note(
        "A bar is the part of that information which is unique to one input, told by both, or only by both "
        "together (BROJA: Bertschinger and others, 2014). The line is what shuffled labels give: a bar near "
        "it is no finding. The diamond is the mean of the probes' PID over the samples, in bits.",
        "Single samples: it is one number for the set. It sees each probe's answer, not its confidence, nor "
        "the joint probe, so synergy that neither answer holds is missing here.",
    )


def _ask_pair(table: Table) -> tuple[str, str]:
    names = list(table.modalities)
    if len(names) == 2:
        return names[0], names[1]
    pairs = {f"{a} and {b}": (a, b) for n, a in enumerate(names) for b in names[n + 1 :]}
    chosen = st.selectbox("Which two inputs", list(pairs), key="pair", bind="query-params", width=300)
    return pairs.get(chosen or "", next(iter(pairs.values())))


def _more(key: str) -> str:
    if key == DROP:
        return (
            " What falls whichever input is swapped is read as synergy, what falls for one only as unique to "
            "it, what stays above chance as redundancy."
        )
    return " It has no number for redundancy." if key == EMAP else ""


def _absent(table: Table, found: Triangulation) -> str:
    reasons = {
        DROP: "The modality drop is of a probability, which a number has not.",
        PROBES: "The run has no probes, so their PID is missing.",
        EMAP: "EMAP has not been measured yet: see Adding up (EMAP) below.",
    }
    return " ".join(text for key, text in reasons.items() if key not in found.values)


def _known(found: Triangulation, expert: int) -> int:
    return int((~np.isnan(found.values[EMAP][:, expert])).sum()) if EMAP in found.values else 0
