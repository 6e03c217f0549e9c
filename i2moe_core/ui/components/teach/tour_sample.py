"""The sample of the tour: named in the link, changed by a click on a card."""

from __future__ import annotations

import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.language import say
from i2moe_core.ui import guessed
from i2moe_core.ui.components.gallery import show_gallery
from i2moe_core.ui.components.pair_bar import shortened
from i2moe_core.ui.components.pair_card import enlarged
from i2moe_core.ui.components.sample_panel import pick_sample, picked_sample
from i2moe_core.ui.components.teach.shown_sample import values_of
from i2moe_core.ui.ready import ready_row
from i2moe_core.ui.words import plain

CARDS = 8
_HAND = "tour_hand"


def read_sample(run: Run) -> int:
    """Return the row of the sample that the link names; a telling one where it names none."""
    ids = run.reference.ids
    asked = picked_sample()
    if asked in ids:
        return ids.index(asked)
    if asked:
        st.warning(say("This run has no sample {name}; another one is shown.", name=plain(asked, 60)))
    return ready_row(run)


def offer_others(run: Run, row: int) -> None:
    """Offer other samples as cards."""
    with st.expander(say("Choose another sample"), icon=":material/photo_library:"):
        show_gallery(run.reference, _hand(run), run.reference.ids[row], pick_sample)
        if st.button(say("Show others"), icon=":material/shuffle:", key="tour_others"):
            st.session_state[_HAND] = st.session_state.get(_HAND, 0) + 1
            st.rerun()


def show_strip(run: Run, row: int) -> None:
    """Show the sample small, as a reminder of whom the step is about."""
    values = values_of(run, row)
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="medium"):
        for name, kind in run.info.modalities.items():
            if kind == "image" and values[name] is not None:
                st.image(enlarged(values[name]), width=64, alt=say("The picture of this sample"))
            elif kind == "text" and values[name] is not None:
                st.text(shortened(values[name], 120), width="stretch")


def _hand(run: Run) -> list[int]:
    """Return a few samples of every kind: another hand at each turn, the same for all visitors."""
    drawn = guessed.drawn(run, CARDS, int(st.session_state.get(_HAND, 0)))
    return drawn.tolist() if len(drawn) else list(range(min(CARDS, len(run.reference))))
