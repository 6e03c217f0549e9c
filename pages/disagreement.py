"""Where do the experts disagree, and is the answer less often right there?"""

import streamlit as st

from i2moe_core.language import say
from i2moe_core.ui.components.analysis_source import open_table
from i2moe_core.ui.components.apart.facet import FACETS, LESS, PAIRS, SIZE, ask_facet
from i2moe_core.ui.components.apart.less import show_selective
from i2moe_core.ui.components.apart.views import show_contradictions, show_measures, show_quadrants
from i2moe_core.ui.components.filter_bar import filter_bar
from i2moe_core.ui.components.glossary import show_terms
from i2moe_core.ui.components.trust.line import show_trust
from i2moe_core.ui.failures import failures_shown
from i2moe_core.ui.page import body, open_page

run = open_page("Disagreement")
with body(), failures_shown():
    st.title(say("Where do the experts disagree?"))
    show_terms(("disagreement", "expert", "js", "entropy", "contribution"))
    table = open_table(run)
    if table is None:
        st.stop()
    show_trust(run)
    chosen = filter_bar(table)
    facet = ask_facet(table)
    st.header(say(FACETS[facet][1]))
    if facet == SIZE:
        show_measures(table, chosen)
    elif facet == PAIRS:
        show_contradictions(run, table, chosen)
    elif facet == LESS:
        show_selective(run, table, chosen)
    else:
        show_quadrants(run, table, chosen)
