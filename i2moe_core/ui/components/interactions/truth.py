"""Which measure names the true interaction, and which true interactions it finds."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from i2moe_core.language import say
from i2moe_core.plots import plot_measures, plot_named
from i2moe_core.ui.components.figure import picker, reading_note, show_figure
from i2moe_core.ui.components.measure_samples import pick_cell
from i2moe_core.ui.table import Table
from i2moe_core.ui.triangulated import Triangulation, labelled


def show_truth(table: Table, found: Triangulation) -> None:
    """Draw how often each measure names the true interaction, and which true ones it finds."""
    if found.truth.empty:
        st.info(
            say("The true interactions of these samples are not known; they are only for generated data."),
            icon=":material/help:",
        )
        return
    named, count = labelled(found.truth), len(table.interactions)
    every = named["truth"] == "all"
    figure = plot_named(named[every], 1 / count)
    show_figure(figure, "truth", say("How often each measure names the true interaction"))
    reading_note(
        say("A mark is the share of the samples in which the measure's largest part is the true interaction, "
            "with its Wilson interval; the dotted line is guessing among {count}.", count=count),
        say("Truth in general: the generated types follow the same definition (minimum consensus) as the "
            "pointwise PID, which favours it. EMAP has no number for redundancy, so it names nothing."),
    )  # fmt: skip
    _show_by_truth(table, named[~every])


def _show_by_truth(table: Table, rows: pd.DataFrame) -> None:
    def pick(data: list[Any]) -> None:
        pick_cell([data[0]], list(table.interactions).index(data[1]))

    parts = rows.rename(columns={"truth": "expert", "share": "mean"}).assign(unit="share")
    st.markdown(f"**{say('By true interaction')}**")
    figure = plot_measures(parts, table.interactions)
    show_figure(figure, "truth_by", say("Hits by true interaction"), picker("truth_by", pick))
    reading_note(
        say("A cell is the share of the samples of this true interaction that the measure names so. Click a "
            "cell to see the samples that the measure gives this name."),
        say("What is named instead: the samples behind a cell show it one by one."),
    )  # fmt: skip
