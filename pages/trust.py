"""Can this model's weights be believed?"""

import streamlit as st

from i2moe_core.language import say
from i2moe_core.ui.components.choice import choose
from i2moe_core.ui.components.glossary import show_terms
from i2moe_core.ui.components.trust.jobs import audit_again, offer_audit
from i2moe_core.ui.components.trust.points import show_points
from i2moe_core.ui.components.trust.seeds import show_seeds
from i2moe_core.ui.components.trust.views import show_audit, show_single, show_verdict
from i2moe_core.ui.failures import failures_shown
from i2moe_core.ui.language import is_finer_shown, is_full
from i2moe_core.ui.page import body, open_page
from i2moe_core.ui.trusted import is_single

AUDIT, POINTS, SEEDS, LOOK = "audit", "points", "seeds", "trust_look"
TERMS = ("audit", "expert", "interaction", "weight", "gate", "contribution", "known_truth", "leak", "irs")

run = open_page("Trust")
with body(), failures_shown():
    st.title(say("Can this model's weights be believed?"))
    show_terms(TERMS)
    if is_single(run):
        show_single(run)
        st.stop()
    if run.audit is None:
        offer_audit(run)
        st.stop()
    show_verdict(run, run.audit)
    look = AUDIT
    if is_finer_shown(LOOK):
        looks = {AUDIT: say("The audit"), POINTS: say("Weak points"), SEEDS: say("Over trainings")}
        look = choose(say("A closer look"), looks, AUDIT, LOOK, hidden=True)
    if look == POINTS:
        show_points(run)
    elif look == SEEDS:
        show_seeds(run)
    else:
        show_audit(run.audit)
        if is_full():
            audit_again(run)
