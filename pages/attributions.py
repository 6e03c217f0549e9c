"""What in the picture and in the words moved each expert?"""

import streamlit as st

from i2moe_core.language import say
from i2moe_core.ui import attributed, cached
from i2moe_core.ui.components.attribution.ask import QUESTIONS, ask_view, ask_wish
from i2moe_core.ui.components.attribution.downloads import show_downloads
from i2moe_core.ui.components.attribution.evidence import gather, show_choice
from i2moe_core.ui.components.attribution.maps import show_maps
from i2moe_core.ui.components.attribution.pairs import show_pairs
from i2moe_core.ui.components.attribution.shares import show_shares
from i2moe_core.ui.components.attribution.work import attribute
from i2moe_core.ui.components.glossary import show_terms
from i2moe_core.ui.components.nothing_yet import show_nothing_yet
from i2moe_core.ui.components.pair_bar import ask_pair, show_pair_bar
from i2moe_core.ui.failures import failures_shown
from i2moe_core.ui.language import is_full
from i2moe_core.ui.page import body, open_page

run = open_page("Attributions")
with body(), failures_shown():
    st.title(say("What moved each expert?"))
    show_terms(("attribution", "expert", "gate", "weight", "contribution", "comprehensiveness"))
    pair = ask_pair(run)
    if pair is None:
        show_nothing_yet(run)
        st.stop()
    explanation = cached.explain(run, pair.values, pair.sample_id)
    experts = [expert.name for expert in explanation.experts]
    show_pair_bar(run, pair, explanation)
    view = ask_view(explanation)
    st.header(say(QUESTIONS[view]))
    wish = ask_wish(run, pair, explanation, view)
    found = attribute(run, pair, wish)
    if found is None:
        st.stop()
    evidence = attributed.look_evidence(run, pair, wish)
    place = st.container()
    show_maps(run, pair, found, experts, {} if evidence is None else evidence.badges[wish.method])
    if is_full():
        show_shares(found, experts, run.info.classes)
    show_pairs(run, pair, wish, found, experts)
    if is_full():
        show_downloads(run, pair, explanation, wish, found)
    with place:
        if evidence is None:
            gather(run, pair, wish)
        elif is_full():
            show_choice(wish, evidence)
