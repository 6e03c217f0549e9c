"""The key to the experts: colour, name and meaning, once on each page."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from i2moe_core.language import say
from i2moe_core.plots import expert_colours, expert_label, expert_meaning

_DOT = "display:inline-block;width:.8em;height:.8em;border-radius:50%;margin-right:.45em;flex:none"
_ITEM = "display:flex;align-items:baseline;gap:.1em;font-size:.92rem;line-height:1.35"
_ROW = "display:grid;grid-template-columns:repeat(auto-fit,minmax(min(21rem,100%),1fr));gap:.4rem 1.4rem"


def show_legend(names: Sequence[str]) -> None:
    """Show which colour is which expert and what each is there for."""
    st.html(f'<div style="{_ROW}">{"".join(_item(name, names) for name in names)}</div>')


def show_expert(name: str, names: Sequence[str], said: str) -> None:
    """Show one expert's dot and name, with what it says, as a small heading."""
    show_heading(expert_colours(names)[name], expert_label(name), said)


def show_heading(colour: str, label: str, said: str) -> None:
    """Show a dot, a name and a few words as the small heading of a panel."""
    dot = f'<span style="{_DOT};background:{colour}"></span>'
    words = f"<span><b>{escape(label)}</b><br>{escape(said)}</span>"
    st.html(f'<div style="{_ITEM}">{dot}{words}</div>')


def _item(name: str, names: Sequence[str]) -> str:
    dot = f'<span style="{_DOT};background:{expert_colours(names)[name]}"></span>'
    meaning = f'<span style="opacity:.75">{escape(expert_meaning(name))}</span>'
    words = say("{expert}: {meaning}", expert=f"<b>{escape(expert_label(name))}</b>", meaning=meaning)
    return f'<div style="{_ITEM}">{dot}<span>{words}</span></div>'
