"""Texts as rows of words to be clicked: tinted for and against, reachable by keyboard, in any script.

The words come from visitors: they are set as text, never as HTML.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import streamlit as st

from i2moe_core.explain.attribution.result import Cell
from i2moe_core.language import say
from i2moe_core.plots import shade, signed
from i2moe_core.plots.diverging import sign_colour
from i2moe_core.ui.panels import Panel, is_frame

UNREAD = 120  # characters that are shown of what the model did not read
_HTML = """
<div class="strip"></div>
"""
_CSS = """
.strip { display: grid; gap: 4px; }
.row { display: grid; grid-template-columns: 11.5rem 1fr; gap: 12px; align-items: baseline; padding: 3px 0; }
.row + .row { border-top: 1px solid var(--st-border-color-light, var(--st-border-color)); }
.whose { display: flex; align-items: baseline; gap: .45em; font-size: .92rem; line-height: 1.35; }
.dot { width: .8em; height: .8em; border-radius: 50%; flex: none; }
.words { line-height: 2.05; overflow-wrap: anywhere; white-space: pre-wrap; font-size: 1rem; min-width: 0; }
.words button { font: inherit; color: var(--st-text-color); cursor: pointer; line-height: 1.35;
  border: 0; border-bottom: 3px solid transparent; border-radius: 5px; padding: 1px 4px; margin: 0;
  background: transparent; white-space: pre-wrap; overflow-wrap: anywhere; }
.words button:hover { box-shadow: 0 0 0 1px var(--st-text-color); }
.words button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 1px; }
.words button[aria-pressed="true"] { box-shadow: 0 0 0 2px var(--st-text-color); }
.words .unread { opacity: .45; }
@media (max-width: 640px) { .row { grid-template-columns: 1fr; gap: 0; } }
"""
_JS = """
export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const root = parentElement.querySelector(".strip")
  const make = (tag, name, text) => {
    const element = document.createElement(tag)
    if (name) element.className = name
    if (text !== undefined) element.textContent = text
    return element
  }
  const word = (part, row) => {
    const button = make("button", "", part.text)
    button.type = "button"
    button.tabIndex = -1
    button.dataset.cell = part.cell
    button.style.backgroundColor = part.shade
    button.style.borderBottomColor = part.edge
    button.title = part.told
    button.setAttribute("aria-label", row.label + ", " + part.told)
    button.setAttribute("aria-pressed", String(part.cell === data.picked))
    button.onclick = () => setTriggerValue("picked", part.cell)
    return button
  }
  const rows = data.rows.map((row) => {
    const line = make("div", "row")
    const whose = make("div", "whose")
    const dot = make("span", "dot")
    dot.style.backgroundColor = row.colour
    whose.append(dot, make("span", "", row.label))
    const words = make("div", "words")
    words.dir = "auto"
    words.setAttribute("role", "group")
    words.setAttribute("aria-label", row.label)
    for (const part of row.parts) {
      words.append(part.cell < 0 ? make("span", part.unread ? "unread" : "", part.text) : word(part, row))
    }
    const buttons = [...words.querySelectorAll("button")]
    const start = buttons.find((button) => Number(button.dataset.cell) === data.picked) || buttons[0]
    if (start) start.tabIndex = 0
    words.onkeydown = (event) => {
      const forward = getComputedStyle(words).direction === "rtl" ? "ArrowLeft" : "ArrowRight"
      const step = event.key === forward ? 1 : ["ArrowLeft", "ArrowRight"].includes(event.key) ? -1 : 0
      const next = buttons[buttons.indexOf(event.target) + step]
      if (!step || !next) return
      event.preventDefault()
      event.target.tabIndex = -1
      next.tabIndex = 0
      next.focus()
    }
    line.append(whose, words)
    return line
  })
  const active = parentElement.activeElement || (root.getRootNode().activeElement)
  const held = active && active.dataset && active.dataset.cell
  const group = held && active.parentElement.getAttribute("aria-label")
  root.replaceChildren(...rows)
  if (held) {
    const same = [...root.querySelectorAll("button")].find(
      (button) => button.dataset.cell === held && button.parentElement.getAttribute("aria-label") === group)
    if (same) same.focus({ preventScroll: true })
  }
}
"""
_strip = st.components.v2.component("i2moe_words", html=_HTML, css=_CSS, js=_JS)


def show_words(
    text: str,
    cells: Sequence[Cell],
    ids: Sequence[int],
    panels: Sequence[Panel],
    limit: float,
    picked: int | None,
    on_pick: Callable[[int], None],
    key: str,
) -> None:
    """Show the text once a panel; ``ids`` are the numbers of its words among ``cells``."""

    def chosen() -> None:
        state: Any = st.session_state.get(key) or {}
        if state.get("picked") in ids:
            on_pick(int(state["picked"]))

    rows = [
        {"label": panel.label, "colour": panel.colour, "parts": parts_of_text(text, cells, ids, panel, limit)}
        for panel in panels
    ]
    known = -1 if picked is None else picked
    _strip(key=key, data={"rows": rows, "picked": known}, on_picked_change=chosen)


def parts_of_text(
    text: str, cells: Sequence[Cell], ids: Sequence[int], panel: Panel, limit: float
) -> list[dict[str, Any]]:
    """Return the whole text in pieces: words with their numbers, and what lies between them (cell -1)."""
    parts: list[dict[str, Any]] = []
    place = 0
    framing = [n for n in ids if is_frame(cells[n])]
    words = sorted((n for n in ids if n not in framing), key=lambda n: cells[n].place)
    for number in words:
        start, end = cells[number].place
        if start > place:
            parts.append(_between(text[place:start]))
        parts.append(_word(text[start:end], number, panel.cells[number], limit))
        place = max(place, end)
    if place < len(text):
        rest = text[place:] if len(text) - place <= UNREAD else text[place : place + UNREAD] + " …"
        parts.append(_between(rest, unread=bool(rest.strip())))
    for number in framing:
        parts += [_between("  "), _word(say("⟨frame⟩"), number, panel.cells[number], limit)]
    return parts


def _between(text: str, unread: bool = False) -> dict[str, Any]:
    return {"text": text, "cell": -1, "unread": unread}


def _word(text: str, number: int, value: float, limit: float) -> dict[str, Any]:
    known = bool(np.isfinite(value))
    strong = known and limit > 0 and abs(value) >= 0.08 * limit
    return {
        "text": text,
        "cell": int(number),
        "shade": shade(value, limit),
        "edge": sign_colour(value) if strong else "transparent",
        "told": f"{text}: {signed(float(value), 3)}" if known else say("{word}: not known", word=text),
    }
