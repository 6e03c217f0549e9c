"""One picture of how a mixture of interaction experts answers: pair, four experts, router, answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st

from i2moe_core.language import current, say
from i2moe_core.plots import expert_label, expert_meaning
from i2moe_core.plots.palette import FIXED

_SHARES = {"unique:image": 7, "unique:text": 9, "synergy": 72, "redundancy": 12}  # of 100
_SCENE = """
<svg viewBox="0 0 120 76" role="img" aria-label="A red circle, a green triangle and a blue cross">
  <rect width="120" height="76" rx="7" fill="#d9d6cb"/>
  <path d="M0 58 L120 40 V69 A7 7 0 0 1 113 76 H7 A7 7 0 0 1 0 69 Z" fill="#c9c5b7"/>
  <circle cx="28" cy="30" r="15" fill="#c9303e"/>
  <path d="M62 62 L78 34 L94 62 Z" fill="#3c9a53"/>
  <path d="M88 8 h9 v9 h9 v9 h-9 v9 h-9 v-9 h-9 v-9 h9 Z" fill="#3f5fd0"/>
</svg>
"""
_CSS = """
.flow { display: grid; grid-template-columns: 200px 26px 1fr 26px 150px; align-items: center; gap: 8px; }
.flow, .flow * { box-sizing: border-box; }
.card { background: var(--st-secondary-background-color); border: 1px solid var(--st-border-color);
  border-radius: var(--st-base-radius); padding: 12px; }
.pair svg { width: 100%; display: block; margin-bottom: 10px; }
.quote { font-family: var(--st-heading-font); font-size: 16px; line-height: 1.35; }
.small { font-size: 13px; opacity: .75; line-height: 1.35; }
.arrow { text-align: center; font-size: 22px; opacity: .55; }
.experts { display: grid; gap: 8px; }
.expert { display: grid; grid-template-columns: 6px 1fr 88px 42px; gap: 12px; align-items: center;
  padding: 8px 12px 8px 8px; }
.stripe { width: 6px; height: 100%; min-height: 36px; border-radius: 3px; }
.expert b { font-size: 15px; font-weight: 600; }
.track { height: 10px; border-radius: 5px; background: var(--st-border-color); overflow: hidden; }
.fill { display: block; height: 100%; border-radius: 5px; }
.share { font-variant-numeric: tabular-nums; text-align: right; font-size: 15px; }
.answer { text-align: center; padding: 18px 12px; }
.answer strong { display: block; font-family: var(--st-heading-font); font-size: 26px; line-height: 1.3; }
@media (max-width: 760px) {
  .flow { grid-template-columns: 1fr; }
  .arrow { transform: rotate(90deg); line-height: 1; }
  .pair { display: grid; grid-template-columns: 112px 1fr; gap: 12px; align-items: center; }
  .pair svg { margin: 0; }
  .expert { grid-template-columns: 6px 1fr 56px 42px; }
}
"""


def show_schematic() -> None:
    """Draw the picture; the numbers are of a made-up example, and the caption says so."""
    _schematic(current())(key=f"schematic_{current()}")
    st.caption(
        say(
            "A drawn example: the picture shows three shapes, the sentence names a colour. Neither tells the "
            "answer alone, so the expert for what shows only together holds most of it."
        )
    )


def _expert(name: str) -> str:
    colour, share = FIXED[name], _SHARES[name]
    return (
        f'<div class="card expert"><span class="stripe" style="background:{colour}"></span>'
        f'<span><b>{expert_label(name)}</b><br><span class="small">{expert_meaning(name)}</span></span>'
        f'<span class="track"><span class="fill" style="width:{share}%;background:{colour}"></span></span>'
        f'<span class="share">{share}%</span></div>'
    )


def _html() -> str:
    arrow = '<div class="arrow" aria-hidden="true">→</div>'
    return f"""
<div class="flow">
  <div class="card pair">{_SCENE}<span><span class="quote">{say("“Please pick the red one.”")}</span>
    <br><span class="small">{say("a picture and its text")}</span></span></div>
  {arrow}
  <div class="experts">{"".join(_expert(name) for name in FIXED)}</div>
  {arrow}
  <div class="card answer"><span class="small">{say("the router adds them up")}</span>
    <strong>{say("circle")}</strong><span class="small">{say("{share} sure", share="97%")}</span></div>
</div>
"""


@cache
def _schematic(code: str) -> Callable[..., Any]:
    """Return the picture in one language; a component's text is fixed when it is made."""
    component: Callable[..., Any] = st.components.v2.component(
        f"i2moe_schematic_{code}", html=_html(), css=_CSS
    )
    return component
