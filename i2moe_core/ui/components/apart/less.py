"""How right the answers are if only those are given on which the experts agree, and from where to abstain."""

from __future__ import annotations

import math

import streamlit as st

from i2moe_core.analysis.agreement import sign_sentence
from i2moe_core.checkpoint import Run
from i2moe_core.language import marked, say
from i2moe_core.measures.abstain import AbstainRule
from i2moe_core.measures.selective import Sign
from i2moe_core.plots import plot_risk_coverage
from i2moe_core.ui import apart
from i2moe_core.ui.apart import Selective
from i2moe_core.ui.components.abstain import ask_threshold
from i2moe_core.ui.components.apart.views import say_unknown
from i2moe_core.ui.components.choice import choose
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.filters import Filter
from i2moe_core.ui.language import is_finer_shown, is_full
from i2moe_core.ui.table import Table

USUAL, _KEY = "jensen_shannon", "measure"  # the latter in the link
CURVES = {apart.AGREEMENT: marked("experts agree"), apart.CONFIDENCE: marked("the answer's own probability")}


def show_selective(run: Run, table: Table, chosen: Filter) -> None:
    """Draw accuracy if only the most agreed are answered, warn of a bad sign, and calibrate a threshold."""
    measure = _ask_measure()
    found = apart.selective(table, chosen, measure)
    if found is None:
        say_unknown(table)
        return
    _warn(found.sign)
    place = st.container()
    rule = _ask_rule(run, table, measure)
    with place:
        _show_curves(found, (rule.coverage, 1 - rule.risk) if rule is not None and chosen.empty else None)


def _ask_measure() -> str:
    if not is_finer_shown(_KEY):
        return USUAL
    options = {column: say(name) for name, column in apart.MEASURES.items()}
    return choose(say("Disagreement is"), options, USUAL, _KEY, menu=True, width=320)


def _ask_rule(run: Run, table: Table, measure: str) -> AbstainRule | None:
    """Ask for a threshold where everything is shown, or where the link holds what was asked for."""
    if not is_finer_shown("target", "promise"):
        return None
    st.header(say("When should it abstain?"))
    rule = ask_threshold(run, table, measure)
    reading_note(
        say("The threshold is the widest of 20 fixed ones that keeps the promise on all {count:,} samples, "
            "whatever the filter; the exact binomial bound counts that 20 were tried.", count=table.length),
        say("A promise for other data: samples unlike these may be wrong more often, and so may a class "
            "alone."),
    )  # fmt: skip
    return rule


def _show_curves(found: Selective, point: tuple[float, float] | None) -> None:
    curves = found.curves.assign(name=[say(CURVES[name]) for name in found.curves["name"]])
    figure = plot_risk_coverage(curves, found.overall, point)
    show_figure(figure, "risk", say("Accuracy by the share answered"))
    if is_full():
        st.markdown(
            say("Area of the risk: **{area:.4f}** by agreement, {confidence:.4f} by the answer's own "
                "probability, {chance:.4f} by chance; the best order would have {best:.4f}. Less is better.",
                area=found.area, confidence=found.confidence_area, chance=1 - found.overall, best=found.best)
        )  # fmt: skip
    reading_note(
        say("From left to right ever more samples are answered, those first of which the experts agree most; "
            "the height is how many of the answers are right. The area is the mean share of wrong answers "
            "over all such cuts, from at most {most:,} samples. The lines begin at {least} answers: of fewer "
            "the share that is right would only show noise.", most=apart.DRAWN, least=apart.LEAST)
        if is_full() else
        say("From left to right ever more samples are answered, those first of which the experts agree most; "
            "the height is how many of the answers are right."),
        say("That agreement is worth its price: where the dotted line is higher, the answer's probability "
            "alone is the better sign."),
    )  # fmt: skip


def _warn(sign: Sign) -> None:
    text = sign_sentence(sign.verdict, "" if math.isnan(sign.value) else apart.chance_of(sign))
    if sign.verdict == "bad":
        st.error(text, icon=":material/report:")
    elif sign.verdict == "unclear":
        st.warning(text, icon=":material/help:")
