"""Which method's maps are shown and why, and the tests behind every badge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import pandas as pd
import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.explain.attribution.badge import CHANCE, HOLDS, RULE, WEAK, Badge
from i2moe_core.explain.attribution.faithfulness import ALL
from i2moe_core.ui import attributed
from i2moe_core.ui.attributed import Evidence, Wish
from i2moe_core.ui.components.attribution_ask import BEST, method_label
from i2moe_core.ui.components.upload_pair import Pair
from i2moe_core.ui.panels import Panel
from i2moe_core.ui.verdicts import COLOURS as LIGHT_COLOURS
from i2moe_core.ui.verdicts import Light
from i2moe_core.ui.words import plain

LIGHTS: dict[str, Light] = {HOLDS: "good", WEAK: "partly", CHANCE: "poor"}
_CHIP = (
    "display:inline-block;font-size:.78rem;line-height:1.3;padding:.08rem .45rem;border-radius:.5rem;"
    "border:1px solid {0};background:color-mix(in srgb, {0} 14%, transparent);cursor:help"
)
_STOPPED = "tests_stopped"


def show_choice(wish: Wish, evidence: Evidence) -> None:
    """Say which method's badge is best and why, and offer it where another one is shown."""
    best = evidence.choice.methods[0]
    st.caption(f":material/workspace_premium: {plain(evidence.choice.sentence, 400)}")
    if wish.method == best:
        return
    st.button(
        f"Show {method_label(best).lower()}", icon=":material/swap_horiz:", on_click=_take, args=(BEST,)
    )


def _take(method: str) -> None:
    st.session_state["method"] = method


def gather(run: Run, pair: Pair, wish: Wish) -> None:
    """Test the maps while the page shows how far it is, then draw the page anew with the badges."""
    key = (*attributed.identity(run, pair), wish)
    place = st.empty()
    with place.container(horizontal=True, vertical_alignment="center"):
        if st.session_state.get(_STOPPED) == key:
            st.caption("The maps were not tested.")
            st.button("Test them", icon=":material/play_arrow:", on_click=_stop, args=(None,))
            return
        st.button("Stop", icon=":material/stop:", key="stop_tests", on_click=_stop, args=(key,))
        bar = st.progress(0.0, "The maps are tested")

    def report(step: str, done: int, total: int) -> None:
        words = method_label(step).lower()
        bar.progress(done / total, f"Testing the maps, {done} of {total} steps done; next: {words}")

    attributed.gather_evidence(run, pair, wish, report)
    st.rerun()


def _stop(key: object) -> None:
    st.session_state[_STOPPED] = key


def show_badge(badge: Badge | None) -> None:
    """Show a map's verdict; its tests come up when one points at it."""
    verdict, tests = ("not tested", "") if badge is None else (badge.verdict, tests_of(badge))
    style = _CHIP.format(LIGHT_COLOURS[LIGHTS.get(verdict, "unknown")])
    st.html(f'<span style="{style}" title="{escape(tests)}">{escape(verdict)}</span>')


def tests_of(badge: Badge) -> str:
    """Return all that a badge rests on, in sentences."""
    sentences = list(badge.sentences)
    if badge.completeness is not None:
        sentences.append(f"The parts leave {badge.completeness:.1%} of the change unexplained.")
    if badge.agreement is not None and badge.other is not None:
        other = method_label(badge.other)
        sentences.append(f"Order of the parts against {other}: rank correlation {badge.agreement:.2f}.")
    return "\n".join(sentences)


def show_tests(panels: Sequence[Panel], badges: Mapping[str, Badge]) -> None:
    """Show the numbers behind the badges of all panels, folded away."""
    rows = [row for panel in panels if panel.key in badges for row in _rows(panel, badges[panel.key])]
    if not rows:
        return
    with st.expander("The tests behind the badges", icon=":material/fact_check:"):
        wide = {"Verdict": st.column_config.TextColumn(width="medium")}
        st.dataframe(pd.DataFrame(rows), hide_index=True, column_config=wide, alt="The tests of every map")
        st.caption(
            "**Needed**: how much more the score falls when the parts named first are removed than when "
            "random ones are, mean over 5 to 25 % of the parts. **Enough**: how much more of the score "
            "the parts named first keep alone than random ones. Probabilities and weights run from 0 to "
            "1. **Left over**: share of the change that the parts do not add up to. **Agreement**: rank "
            f"correlation with another method. {RULE}"
        )


def _rows(panel: Panel, badge: Badge) -> list[dict[str, object]]:
    return [
        {
            "Panel": panel.label,
            "Parts": "all" if part == ALL else part,
            "Verdict": badge.verdict if part == ALL else "",
            "Needed": f"{test.comprehensiveness_gap:+.3f}",
            "Enough": f"{test.sufficiency_gap:+.3f}",
            "Left over": "" if badge.completeness is None or part != ALL else f"{badge.completeness:.1%}",
            "Agreement": "" if badge.agreement is None or part != ALL else f"{badge.agreement:.2f}",
        }
        for part, test in sorted(badge.parts.items(), key=lambda item: item[0] != ALL)
    ]
