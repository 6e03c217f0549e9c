"""Which method's maps are shown and why, and the tests behind every badge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import pandas as pd
import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.explain.attribution.badge import CHANCE, HOLDS, RULE, WEAK, Badge
from i2moe_core.explain.attribution.faithfulness import ALL
from i2moe_core.explain.attribution.method_names import method_label, method_name
from i2moe_core.explain.numbers import joined
from i2moe_core.explain.palette import input_label
from i2moe_core.language import say
from i2moe_core.ui import attributed
from i2moe_core.ui.attributed import TESTS, Evidence, Wish
from i2moe_core.ui.components.attribution.ask import BEST
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
    label = say("Show {method}", method=method_name(best))
    st.button(label, icon=":material/swap_horiz:", on_click=_take, args=(BEST,))


def _take(method: str) -> None:
    st.session_state["method"] = method


def gather(run: Run, pair: Pair, wish: Wish) -> None:
    """Test the maps while the page shows how far it is, then draw the page anew with the badges."""
    key = (*attributed.identity(run, pair), wish)
    place = st.empty()
    with place.container(horizontal=True, vertical_alignment="center"):
        if st.session_state.get(_STOPPED) == key:
            st.caption(say("The maps were not tested."))
            st.button(say("Test them"), icon=":material/play_arrow:", on_click=_stop, args=(None,))
            return
        st.button(say("Stop"), icon=":material/stop:", key="stop_tests", on_click=_stop, args=(key,))
        bar = st.progress(0.0, say("The maps are tested"))

    def report(step: str, done: int, total: int) -> None:
        following = say("the tests") if step == TESTS else method_name(step)
        words = say(
            "Testing the maps, {done} of {total} steps done; next: {step}",
            done=done, total=total, step=following,
        )  # fmt: skip
        bar.progress(done / total, words)

    attributed.gather_evidence(run, pair, wish, report)
    st.rerun()


def _stop(key: object) -> None:
    st.session_state[_STOPPED] = key


def show_badge(badge: Badge | None) -> None:
    """Show a map's verdict; its tests come up when one points at it."""
    light: Light = "unknown" if badge is None else LIGHTS[badge.verdict]
    words, tests = (say("not tested"), "") if badge is None else (say(badge.verdict), tests_of(badge))
    style = _CHIP.format(LIGHT_COLOURS[light])
    st.html(f'<span style="{style}" title="{escape(tests)}">{escape(words)}</span>')


def tests_of(badge: Badge) -> str:
    """Return all that a badge rests on, in sentences."""
    sentences = list(badge.sentences)
    if badge.completeness is not None:
        sentences.append(
            say("The parts leave {share} of the change unexplained.", share=f"{badge.completeness:.1%}")
        )
    if badge.agreement is not None and badge.other is not None:
        sentences.append(
            say("Order of the parts against {method}: rank correlation {value}.",
                method=method_label(badge.other), value=f"{badge.agreement:.2f}")
        )  # fmt: skip
    return "\n".join(sentences)


def show_tests(panels: Sequence[Panel], badges: Mapping[str, Badge]) -> None:
    """Show the numbers behind the badges of all panels, folded away."""
    rows = [row for panel in panels if panel.key in badges for row in _rows(panel, badges[panel.key])]
    if not rows:
        return
    with st.expander(say("The tests behind the badges"), icon=":material/fact_check:"):
        wide = {say("Verdict"): st.column_config.TextColumn(width="medium")}
        table = pd.DataFrame(rows)
        st.dataframe(table, hide_index=True, column_config=wide, alt=say("The tests of every map"))
        columns = say(
            "**Needed**: how much more the score falls when the parts named first are removed than when "
            "random ones are, mean over 5 to 25% of the parts. **Enough**: how much more of the score "
            "the parts named first keep alone than random ones. Probabilities and weights run from 0 to "
            "1. **Left over**: share of the change that the parts do not add up to. **Agreement**: rank "
            "correlation with another method."
        )
        st.caption(joined([columns, say(RULE)]))


def _rows(panel: Panel, badge: Badge) -> list[dict[str, object]]:
    return [
        {
            say("Panel"): panel.label,
            say("Parts"): say("all") if part == ALL else input_label(part),
            say("Verdict"): say(badge.verdict) if part == ALL else "",
            say("Needed"): f"{test.comprehensiveness_gap:+.3f}",
            say("Enough"): f"{test.sufficiency_gap:+.3f}",
            say("Left over"): _of_all(badge.completeness, part, ".1%"),
            say("Agreement"): _of_all(badge.agreement, part, ".2f"),
        }
        for part, test in sorted(badge.parts.items(), key=lambda item: item[0] != ALL)
    ]


def _of_all(value: float | None, part: str, form: str) -> str:
    """Write what a map has only once, beside the row of all its parts."""
    return "" if value is None or part != ALL else f"{value:{form}}"
