"""Do the measures of interaction agree?"""

import streamlit as st

from i2moe_core.language import say
from i2moe_core.ui.components.analysis_source import open_table
from i2moe_core.ui.components.emap_view import show_emap
from i2moe_core.ui.components.filter_bar import filter_bar
from i2moe_core.ui.components.glossary import show_terms
from i2moe_core.ui.components.interactions.look import LOOKS, RANKS, SET, SUM, TRUTH, ask_look
from i2moe_core.ui.components.interactions.set import show_whole_set
from i2moe_core.ui.components.interactions.truth import show_truth
from i2moe_core.ui.components.interactions.views import show_measures, show_ranks, show_why
from i2moe_core.ui.components.measure_samples import show_cell
from i2moe_core.ui.components.sample_panel import sample_panel
from i2moe_core.ui.components.trust.line import show_trust
from i2moe_core.ui.failures import failures_shown
from i2moe_core.ui.language import is_full
from i2moe_core.ui.page import body, open_page
from i2moe_core.ui.triangulated import find_emap, triangulate

TERMS = ("interaction", "unique", "redundancy", "synergy", "contribution", "pid", "bit", "known_truth")

run = open_page("Interactions")
with body(), failures_shown():
    st.title(say("Do the measures of interaction agree?"))
    show_terms(TERMS)
    table = open_table(run)
    if table is None:
        st.stop()
    show_trust(run)
    chosen = filter_bar(table)
    emap, stale = find_emap(table)
    found = triangulate(table, chosen, emap)
    st.header(say("What does each measure say?"))
    show_measures(table, found)
    if is_full():
        show_why(run, table, chosen, found, emap)
    look = ask_look()
    if look is not None:
        st.header(say(LOOKS[look][1]))
    if look == TRUTH:
        show_truth(table, found)
    elif look == SET:
        show_whole_set(table, chosen, found)
    elif look == SUM:
        show_emap(run, table, emap, stale)
    elif look == RANKS:
        show_ranks(table, chosen, found, emap)
    show_cell(table, found)
    sample_panel(run, table)
