"""Which samples are alike, and where on the map do errors and disagreement gather?"""

import streamlit as st

from i2moe_core.language import say
from i2moe_core.ui.components.analysis_source import open_table
from i2moe_core.ui.components.filter_bar import filter_bar
from i2moe_core.ui.components.glossary import show_terms
from i2moe_core.ui.components.map_region import show_region, show_slices
from i2moe_core.ui.components.map_view import ask_view, corners_of, show_map
from i2moe_core.ui.components.sample_panel import picked_sample, sample_panel
from i2moe_core.ui.components.trust.line import show_trust
from i2moe_core.ui.failures import failures_shown
from i2moe_core.ui.language import is_finer_shown, is_full
from i2moe_core.ui.page import body, open_page

run = open_page("Map")
with body(), failures_shown():
    st.title(say("Which samples are alike?"))
    show_terms(("interaction", "expert", "weight", "contribution", "disagreement"))
    table = open_table(run)
    if table is None:
        st.stop()
    show_trust(run)
    chosen = filter_bar(table)
    view = ask_view(table)
    if view is None:
        st.stop()
    left, right = st.columns([5, 3], gap="medium")
    with left:
        show_map(table, chosen, view)
    with right:
        if picked_sample():
            sample_panel(run, table, narrow=True)
        else:
            st.info(say("Click a point: its sample is shown here."), icon=":material/ads_click:")
    if is_full() or corners_of(view) is not None:
        st.header(say("What is special in the region?"))
        show_region(table, chosen, view)
    if is_finer_shown("mark"):
        st.header(say("Found slices"))
        show_slices(table, view)
