"""The sample of the tour: named in the link, changed by a click on a card."""

from __future__ import annotations

import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.language import say
from i2moe_core.ui import guessed
from i2moe_core.ui.components.gallery import show_gallery
from i2moe_core.ui.components.sample_panel import pick_sample, picked_sample
from i2moe_core.ui.ready import ready_row
from i2moe_core.ui.words import plain

CARDS = 8


def ask_sample(run: Run) -> int:
    """Let the visitor choose a sample; returns its row in the run's reference."""
    ids = run.reference.ids
    asked = picked_sample()
    row = ids.index(asked) if asked in ids else ready_row(run)
    if asked and asked not in ids:
        st.warning(say("This run has no sample {name}; another one is shown.", name=plain(asked, 60)))
        pick_sample("")
    with st.expander(say("Choose another sample"), icon=":material/photo_library:"):
        if st.button(say("Show others"), icon=":material/shuffle:", key="tour_others"):
            st.session_state["tour_hand"] = st.session_state.get("tour_hand", 0) + 1
        show_gallery(run.reference, _hand(run), ids[row], pick_sample)
    return row


def _hand(run: Run) -> list[int]:
    """Return a few samples of every kind: another hand at each turn, the same for all visitors."""
    drawn = guessed.drawn(run, CARDS, int(st.session_state.get("tour_hand", 0)))
    return drawn.tolist() if len(drawn) else list(range(min(CARDS, len(run.reference))))
