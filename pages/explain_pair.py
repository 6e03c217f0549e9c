"""Which experts decided on this image and text?"""

import streamlit as st

from i2moe_core.language import say
from i2moe_core.ui import cached
from i2moe_core.ui.components.answer import show_answer
from i2moe_core.ui.components.attribution.card import link_to_maps, show_card
from i2moe_core.ui.components.glossary import show_terms
from i2moe_core.ui.components.legend import show_legend
from i2moe_core.ui.components.nothing_yet import show_nothing_yet
from i2moe_core.ui.components.pair_card import show_pair
from i2moe_core.ui.components.sections import is_asked_for, show_sections
from i2moe_core.ui.components.upload_pair import upload_pair
from i2moe_core.ui.failures import failures_shown
from i2moe_core.ui.language import is_full
from i2moe_core.ui.page import body, open_page

run = open_page("Explain a pair")
with body(), failures_shown():
    st.title(say("Explain a pair"))
    show_terms(("expert", "interaction", "gate", "weight", "contribution", "logit", "disagreement", "audit"))
    with st.container(border=True):
        pair = upload_pair(run)
    if pair is None:
        show_nothing_yet(run)
        st.stop()
    explanation = cached.explain(run, pair.values, pair.sample_id)
    show_legend([expert.name for expert in explanation.experts])
    left, right = st.columns([2, 5], gap="large")
    with left:
        show_pair(run, pair, explanation)
    with right:
        show_answer(run, explanation)
    if is_full():
        show_card(run, pair, explanation)
    else:
        link_to_maps(run)
    if is_full() or is_asked_for():
        show_sections(run, pair, explanation)
