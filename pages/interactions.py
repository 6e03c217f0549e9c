"""Do the measures of interaction agree?"""

import streamlit as st

from i2moe_core.ui.components.analysis_source import open_table
from i2moe_core.ui.components.emap_view import show_emap
from i2moe_core.ui.components.filter_bar import filter_bar
from i2moe_core.ui.components.interactions_views import (
    show_measures,
    show_ranks,
    show_truth,
    show_whole_set,
    show_why,
)
from i2moe_core.ui.components.measure_samples import show_cell
from i2moe_core.ui.components.sample_panel import sample_panel
from i2moe_core.ui.components.trust import show_trust
from i2moe_core.ui.failures import failures_shown
from i2moe_core.ui.page import body, open_page
from i2moe_core.ui.triangulated import find_emap, triangulate

RANKS, TRUTH, SET, SUM = "Ranks", "Known truth", "Whole set (BROJA)", "Adding up (EMAP)"
QUESTIONS = {
    RANKS: "Do they rank the samples alike?",
    TRUTH: "Which of them names the truth?",
    SET: "What does the set as a whole hold?",
    SUM: "What is lost if inputs may only add up?",
}

run = open_page("Interactions")
with body(), failures_shown():
    st.title("Do the measures of interaction agree?")
    table = open_table(run)
    if table is None:
        st.stop()
    show_trust(run)
    chosen = filter_bar(table)
    emap, stale = find_emap(table)
    found = triangulate(table, chosen, emap)
    st.header("What does each measure say?")
    show_measures(table, found)
    st.header("Why do they differ?")
    show_why(run, table, chosen, found, emap)
    look = st.segmented_control(
        "A closer look", list(QUESTIONS), default=RANKS, required=True, key="measures_look",
        bind="query-params", label_visibility="collapsed",
    )  # fmt: skip
    look = look if look in QUESTIONS else RANKS
    st.header(QUESTIONS[look])
    if look == TRUTH:
        show_truth(table, found)
    elif look == SET:
        show_whole_set(table, chosen, found)
    elif look == SUM:
        show_emap(run, table, emap, stale)
    else:
        show_ranks(table, chosen, found, emap)
    st.header("The samples behind a cell")
    show_cell(table, found)
    sample_panel(run, table)
