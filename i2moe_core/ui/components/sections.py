"""The closer looks at a pair, one at a time: the chosen one is in the link."""

from __future__ import annotations

import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.language import marked, say
from i2moe_core.types import PairExplanation
from i2moe_core.ui import cached
from i2moe_core.ui.components.ask_class import ask_class
from i2moe_core.ui.components.breakdown import ask_rather, show_breakdown
from i2moe_core.ui.components.choice import choose
from i2moe_core.ui.components.disagreement import show_disagreement
from i2moe_core.ui.components.mismatch import show_mismatch
from i2moe_core.ui.components.outputs import show_outputs
from i2moe_core.ui.components.role_test import show_role_test
from i2moe_core.ui.components.router import be_the_router
from i2moe_core.ui.components.upload_pair import Pair

FIRST = "breakdown"
NAMES = {
    FIRST: marked("Breakdown"),
    "outputs": marked("Outputs"),
    "roles": marked("Role test"),
    "disagreement": marked("Disagreement"),
    "router": marked("Be the router"),
    "mismatch": marked("Mismatch probe"),
}
QUESTIONS = {
    FIRST: marked("How do the experts' parts add up to the answer?"),
    "outputs": marked("What does each expert say on its own?"),
    "roles": marked("Does each expert react as its name says?"),
    "disagreement": marked("Where do the experts part ways?"),
    "router": marked("What if the say were divided otherwise?"),
    "mismatch": marked("Who notices when one input is swapped?"),
}
_WITH_CLASS = (FIRST, "outputs", "roles")
_IN_LINK = ("view", "class", "rather", "swap")
_ASKED = "closer_look_asked"


def is_asked_for() -> bool:
    """Say whether a link asked for a closer look, which is then shown in the simple mode too.

    It stays for the rest of the visit: the usual choices leave the link, and would close the look.
    """
    if any(st.query_params.get(name) for name in _IN_LINK):
        st.session_state[_ASKED] = True
    return bool(st.session_state.get(_ASKED))


def show_sections(run: Run, pair: Pair, explanation: PairExplanation) -> None:
    """Let the visitor choose a closer look, and show it."""
    names = {view: say(name) for view, name in NAMES.items()}
    view = choose(say("A closer look"), names, FIRST, "view", hidden=True)
    st.header(say(QUESTIONS[view]))
    wanted, rather = 0, None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if view in _WITH_CLASS:
            wanted = ask_class(explanation)
        if view == FIRST:
            rather = ask_rather(explanation, wanted)
    if view == FIRST:
        show_breakdown(explanation, wanted, rather)
    elif view == "outputs":
        show_outputs(explanation, wanted)
    elif view == "roles":
        show_role_test(explanation, wanted)
    elif view == "disagreement":
        show_disagreement(explanation)
    elif view == "router":
        be_the_router(explanation, cached.fingerprint(pair.values)[:12])
    else:
        show_mismatch(run, pair, explanation)
