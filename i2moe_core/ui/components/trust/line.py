"""The audit's verdict, beside everything that shows weights."""

from __future__ import annotations

import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.language import say
from i2moe_core.ui.verdicts import trust


def show_trust(run: Run) -> None:
    """Say in one line whether the weights of this run may be read as an explanation."""
    light, sentence = trust(run.audit)
    if light == "poor":
        st.error(sentence, icon=":material/report:")
    elif light == "good":
        st.caption(f":green-badge[:material/verified: {say('weights verified')}] {sentence}")
    elif light == "partly":
        st.caption(f":orange-badge[:material/rule: {say('verified in part')}] {sentence}")
    else:
        st.caption(f":gray-badge[:material/help: {say('not audited')}] {sentence}")
