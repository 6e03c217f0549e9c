"""Where do the experts disagree, and is the answer less often right there?"""

import streamlit as st

from i2moe_core.ui.components.analysis_source import open_table
from i2moe_core.ui.components.apart_views import (
    show_contradictions,
    show_measures,
    show_quadrants,
    show_selective,
)
from i2moe_core.ui.components.filter_bar import filter_bar
from i2moe_core.ui.components.trust import show_trust
from i2moe_core.ui.failures import failures_shown
from i2moe_core.ui.page import body, open_page

QUESTIONS = {
    "Agree or not": "Is it right when they agree?",
    "How much": "How far apart are they?",
    "Who contradicts whom": "Which experts contradict which?",
    "Answering less": "How right is it if it answers only when they agree?",
}

run = open_page("Disagreement")
with body(), failures_shown():
    st.title("Where do the experts disagree?")
    table = open_table(run)
    if table is None:
        st.stop()
    show_trust(run)
    chosen = filter_bar(table)
    asked = st.segmented_control(
        "A closer look", list(QUESTIONS), default="Agree or not", required=True, key="facet",
        bind="query-params", label_visibility="collapsed",
    )  # fmt: skip
    facet = asked if asked in QUESTIONS else "Agree or not"
    st.header(QUESTIONS[facet])
    if facet == "How much":
        show_measures(table, chosen)
    elif facet == "Who contradicts whom":
        show_contradictions(run, table, chosen)
    elif facet == "Answering less":
        show_selective(run, table, chosen)
    else:
        show_quadrants(run, table, chosen)
