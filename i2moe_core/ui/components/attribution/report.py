"""The report of a pair: one file that opens offline, with the answer, the maps, their tests and the pairs."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.explain.report import html_report
from i2moe_core.language import current, say
from i2moe_core.types import PairExplanation
from i2moe_core.ui import attributed, paired
from i2moe_core.ui.attributed import Wish
from i2moe_core.ui.components.attribution.ask import EXPERTS, RATHER, ROUTER, answered, targets_of
from i2moe_core.ui.components.upload_pair import Pair

_ASKED = "report_asked"


def offer_report(run: Run, pair: Pair, explanation: PairExplanation, wish: Wish) -> None:
    """Offer the report: a click writes it, the next one saves it."""
    key = (*attributed.identity(run, pair), wish.method, wish.baseline, current())
    whole = replace(wish, targets=report_targets(explanation))
    if st.session_state.get(_ASKED) != key:
        st.button(say("Write the report"), icon=":material/article:", on_click=_ask, args=(key,))
        return
    st.download_button(
        say("Download the report"), _write(run, pair, explanation, wish, whole), "report.html", "text/html",
        icon=":material/download:", type="primary", on_click="ignore",
    )  # fmt: skip


def report_targets(explanation: PairExplanation) -> tuple[str, ...]:
    """Return what a report explains: the answer, experts and weights, the runner-up, the disagreement."""
    views = [EXPERTS, ROUTER, *([RATHER] if explanation.task == "multiclass" else [])]
    keys = [key for view in views for key in targets_of(view, explanation, answered(explanation), None)]
    return tuple(dict.fromkeys([*keys, "disagreement"]))


def _write(run: Run, pair: Pair, explanation: PairExplanation, wish: Wish, whole: Wish) -> str:
    place = st.empty()
    bar = place.progress(0.0, say("The report is written"))

    def report(step: str, done: int, total: int) -> None:
        bar.progress(
            done / total, say("The report is written: {done} of {total} steps", done=done, total=total)
        )

    evidence = attributed.gather_evidence(run, pair, whole, report)
    found = attributed.compute(run, pair, whole)
    pairs = paired.look_pairs(run, pair, wish)
    place.empty()
    return html_report(
        run, dict(pair.values), explanation, found, evidence.badges[whole.method],
        None if pairs is None else pairs.found, dict(whole.options),
    )  # fmt: skip


def _ask(key: object) -> None:
    st.session_state[_ASKED] = key
