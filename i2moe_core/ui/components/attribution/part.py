"""The part that was clicked, a patch, a word or a run of numbers: its number in every panel."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from i2moe_core.explain.attribution.result import Attributions
from i2moe_core.language import say
from i2moe_core.plots import common_limit, plot_part
from i2moe_core.ui import cached
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.components.upload_pair import Pair
from i2moe_core.ui.link import recall, remember
from i2moe_core.ui.panels import Panel, describe_cell, places_of
from i2moe_core.ui.words import plain

_OF = "part_of"  # the pair that the part belongs to


def pick_part(number: int) -> None:
    """Keep the number of the clicked part, in the link too."""
    remember("part", str(number))


def picked_part(found: Attributions, pair: Pair) -> int | None:
    """Return the number of the part that is picked; another pair begins without one."""
    own = cached.fingerprint(pair.values)
    if st.session_state.get(_OF, own) != own:
        remember("part", "")
    st.session_state[_OF] = own
    asked = recall("part")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else -1
    return number if 0 <= number < len(found.cells) else None


def show_part(found: Attributions, panels: Sequence[Panel], picked: int | None) -> None:
    """Show what the picked part counts in every panel, or how to pick one."""
    if picked is None:
        words = say("Click a patch, a word or a bar to compare its number over all panels.")
        st.caption(f":material/ads_click: {words}")
        return
    cell = found.cells[picked]
    own = places_of(found, cell.modality)
    name = describe_cell(cell)
    with st.container(border=True):
        st.markdown(say("**{Part}** in every panel", Part=plain(name[:1].upper() + name[1:], 80)))
        values = np.array([panel.cells[picked] for panel in panels])
        if not np.isfinite(values).any():
            st.caption(say("The method says nothing of this part."))
            return
        limit = common_limit([panel.cells[own] for panel in panels])
        figure = plot_part([panel.label for panel in panels], values, limit)
        show_figure(figure, key="part", alt=say("The number of the picked part in every panel"))
        reading_note(
            say(
                "How much this part moved each panel's number, up (for) or down (against); the axis ends "
                "where the strongest part of the same input lies."
            ),
            say("That the number would move by just so much if only this part were changed."),
        )
