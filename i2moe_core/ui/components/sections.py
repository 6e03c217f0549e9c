"""The closer looks at a pair, one at a time: the chosen one is in the link."""

from __future__ import annotations

import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.types import PairExplanation
from i2moe_core.ui import cached
from i2moe_core.ui.components.ask_class import ask_class
from i2moe_core.ui.components.breakdown import ask_rather, show_breakdown
from i2moe_core.ui.components.disagreement import show_disagreement
from i2moe_core.ui.components.mismatch import show_mismatch
from i2moe_core.ui.components.outputs import show_outputs
from i2moe_core.ui.components.role_test import show_role_test
from i2moe_core.ui.components.router import be_the_router
from i2moe_core.ui.components.upload_pair import Pair

QUESTIONS = {
    "Breakdown": "How do the experts' parts add up to the answer?",
    "Outputs": "What does each expert say on its own?",
    "Role test": "Does each expert react as its name says?",
    "Disagreement": "Where do the experts part ways?",
    "Be the router": "What if the say were divided otherwise?",
    "Mismatch probe": "Who notices when one input is swapped?",
}
_WITH_CLASS = ("Breakdown", "Outputs", "Role test")


def show_sections(run: Run, pair: Pair, explanation: PairExplanation) -> None:
    """Let the visitor choose a closer look, and show it."""
    view = st.segmented_control(
        "A closer look",
        list(QUESTIONS),
        default="Breakdown",
        required=True,
        key="view",
        bind="query-params",
        label_visibility="collapsed",
    )
    view = view if view in QUESTIONS else "Breakdown"
    st.header(QUESTIONS[view])
    wanted, rather = 0, None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if view in _WITH_CLASS:
            wanted = ask_class(explanation)
        if view == "Breakdown":
            rather = ask_rather(explanation, wanted)
    if view == "Breakdown":
        show_breakdown(explanation, wanted, rather)
    elif view == "Outputs":
        show_outputs(explanation, wanted)
    elif view == "Role test":
        show_role_test(explanation, wanted)
    elif view == "Disagreement":
        show_disagreement(explanation)
    elif view == "Be the router":
        be_the_router(explanation, cached.fingerprint(pair.values)[:12])
    else:
        show_mismatch(run, pair, explanation)
