"""What fills this data set?"""

import streamlit as st

from i2moe_core.ui.components.analysis_source import open_table
from i2moe_core.ui.components.dataset_views import ask_kind, show_classes, show_leads, show_spread, show_words
from i2moe_core.ui.components.filter_bar import filter_bar
from i2moe_core.ui.components.sample_table import show_samples
from i2moe_core.ui.components.trust import show_trust
from i2moe_core.ui.failures import failures_shown
from i2moe_core.ui.page import body, open_page

LOOKS = ("Interactions", "Classes", "Words")

run = open_page("Data set")
with body(), failures_shown():
    st.title("What fills this data set?")
    table = open_table(run)
    if table is None:
        st.stop()
    show_trust(run)
    chosen = filter_bar(table)
    look = st.segmented_control(
        "A closer look", LOOKS, default=LOOKS[0], required=True, key="look", bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
    if look == "Words":
        st.header("Which words come with which expert?")
        show_words(table, chosen)
    elif look == "Classes":
        st.header("Which expert for which class?")
        show_classes(table, chosen, ask_kind())
    else:
        st.header("Which expert dominates?")
        show_leads(table, chosen)
        st.header("How are the numbers spread?")
        show_spread(table, chosen, ask_kind())
    st.header("The samples behind it")
    show_samples(run, table, chosen)
