"""Do people tell real explanations from placebos? Studies, the raters' view, and the results."""

import streamlit as st

from i2moe_core.language import say
from i2moe_core.ui import studies
from i2moe_core.ui.components.teach.rate_item import rate_items
from i2moe_core.ui.components.teach.rate_results import show_results
from i2moe_core.ui.components.teach.rate_studies import RESULTS, show_studies
from i2moe_core.ui.failures import failures_shown
from i2moe_core.ui.page import body, open_any_page

run = open_any_page(say("Rating study"))
with body(), failures_shown():
    name, view = (st.query_params.get(part, "") for part in ("study", "view"))
    if not name:
        st.title(say("Do people tell real explanations from placebos?"))
        show_studies(run)
    elif view == RESULTS:
        st.title(say("What the study found"))
        show_results(studies.open_study(name))
    else:
        st.title(say("Does the explanation fit?"))
        rate_items(studies.open_study(name))
