"""Do the inputs lie in one place, so that one finds the other?"""

import streamlit as st

from i2moe_core.language import say
from i2moe_core.ui.components.glossary import show_terms
from i2moe_core.ui.components.representations_try import show_try
from i2moe_core.ui.components.representations_views import open_retrieval, pick_pair, show_gap, show_recalls
from i2moe_core.ui.failures import failures_shown
from i2moe_core.ui.page import body, open_page

run = open_page("Representations")
with body(), failures_shown():
    st.title(say("Do the inputs lie in one place?"))
    show_terms(("modality", "cosine", "fusion"))
    found = open_retrieval(run)
    names = pick_pair(run)
    pair = None if found is None else found.of(*names)
    if found is not None and pair is not None:
        st.header(say("Does one find the other?"))
        show_recalls(found, pair)
        st.header(say("How far apart do they lie?"))
        show_gap(found, pair)
    st.header(say("What lies nearest?"))
    show_try(run, names, pair)
