"""What fills this data set?"""

import streamlit as st

from i2moe_core.language import say
from i2moe_core.ui.components.analysis_source import open_table
from i2moe_core.ui.components.dataset_views import (
    BY,
    COUNTED,
    FORM,
    ask_kind,
    ask_look,
    show_classes,
    show_leads,
    show_spread,
    show_words,
)
from i2moe_core.ui.components.filter_bar import filter_bar
from i2moe_core.ui.components.glossary import show_terms
from i2moe_core.ui.components.sample_table import show_samples
from i2moe_core.ui.components.trust.line import show_trust
from i2moe_core.ui.failures import failures_shown
from i2moe_core.ui.language import is_finer_shown
from i2moe_core.ui.page import body, open_page

TERMS = ("interaction", "expert", "unique", "redundancy", "synergy", "weight", "contribution", "disagreement")

run = open_page("Data set")
with body(), failures_shown():
    st.title(say("What fills this data set?"))
    show_terms(TERMS)
    table = open_table(run)
    if table is None:
        st.stop()
    show_trust(run)
    chosen = filter_bar(table)
    look = ask_look()
    if look == "words":
        st.header(say("Which words come with which expert?"))
        show_words(table, chosen)
    elif look == "classes":
        st.header(say("Which expert for which class?"))
        show_classes(table, chosen, ask_kind())
    else:
        st.header(say("Which expert dominates?"))
        show_leads(table, chosen)
        if is_finer_shown(COUNTED, BY, FORM):
            st.header(say("How are the numbers spread?"))
            show_spread(table, chosen, ask_kind())
    st.header(say("The samples behind it"))
    show_samples(run, table, chosen)
