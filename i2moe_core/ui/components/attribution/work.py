"""Compute what is asked for while the page shows how far it is; a click stops it."""

from __future__ import annotations

import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.explain.attribution.method_names import method_label
from i2moe_core.explain.attribution.result import Attributions
from i2moe_core.language import say
from i2moe_core.ui import attributed
from i2moe_core.ui.attributed import Wish
from i2moe_core.ui.components.upload_pair import Pair


def attribute(run: Run, pair: Pair, wish: Wish) -> Attributions | None:
    """Return the attribution of a pair, computed now if need be; None after the visitor stopped it.

    A click on Stop runs the page anew, which ends the work at its next report.
    """
    found = attributed.look(run, pair, wish)
    if found is not None:
        return found
    place = st.empty()
    with place.container(horizontal=True, vertical_alignment="center"):
        stopped = st.button(say("Stop"), icon=":material/stop:", key="stop_attribution")
        if not stopped:
            bar = st.progress(0.0, _words(wish, 0))
    if stopped:
        with place.container():
            st.info(say("{Method} was stopped before it had finished.", Method=method_label(wish.method)))
            st.button(say("Start again"), icon=":material/play_arrow:")
        return None

    def report(done: int, total: int) -> None:
        bar.progress(done / max(1, total), _words(wish, done))

    found = attributed.compute(run, pair, wish, report)
    place.empty()
    return found


def _words(wish: Wish, done: int) -> str:
    return say(
        "{Method}: {done} of {count} maps are ready",
        Method=method_label(wish.method), done=done, count=len(wish.targets),
    )  # fmt: skip
