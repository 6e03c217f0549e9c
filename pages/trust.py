"""Can this model's weights be believed?"""

import streamlit as st

from i2moe_core.ui.components.trust_jobs import audit_again, offer_audit
from i2moe_core.ui.components.trust_views import show_audit, show_single, show_verdict
from i2moe_core.ui.components.trust_views_points import show_points
from i2moe_core.ui.components.trust_views_seeds import show_seeds
from i2moe_core.ui.failures import failures_shown
from i2moe_core.ui.page import body, open_page
from i2moe_core.ui.trusted import is_single

AUDIT, POINTS, SEEDS = "The audit", "Weak points", "Over trainings"
LOOKS = (AUDIT, POINTS, SEEDS)

run = open_page("Trust")
with body(), failures_shown():
    st.title("Can this model's weights be believed?")
    if is_single(run):
        show_single(run)
        st.stop()
    if run.audit is None:
        offer_audit(run)
        st.stop()
    show_verdict(run, run.audit)
    look = st.segmented_control(
        "A closer look", LOOKS, default=AUDIT, required=True, key="trust_look",
        bind="query-params", label_visibility="collapsed",
    )  # fmt: skip
    if look == AUDIT or look not in LOOKS:
        show_audit(run.audit)
        audit_again(run)
    elif look == POINTS:
        show_points(run)
    else:
        show_seeds(run)
