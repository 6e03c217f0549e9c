"""Words explained: inside a sentence, as a popover of a page, and all of them as a section.

st.markdown(say("Only {synergy} is left.", synergy=term("synergy")))   # hover tells it, a tap leads to it
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

import streamlit as st

from i2moe_core.language import current, say
from i2moe_core.teaching.glossary import GLOSSARY

PAGE, PART = "lessons", "glossary"


def term(name: str, written: str = "") -> str:
    """Return a word of GLOSSARY as Markdown: its meaning shows at a hover, a tap opens the glossary.

    written: the word as the sentence has it, where that is not the glossary's own form.
    """
    entry = GLOSSARY[name]
    query = urlencode({"part": PART, "lang": current()})
    meaning = say(entry.meaning).replace('"', "”")
    return f'[{written or say(entry.word)}]({PAGE}?{query} "{meaning}")'


def show_terms(names: Sequence[str]) -> None:
    """Show some of the words in a popover: those that a page or a lesson uses."""
    with st.popover(say("The words explained"), icon=":material/menu_book:"):
        for name in names:
            _show(name)


def show_glossary() -> None:
    """Show all words, in the order of the alphabet or of their writing."""
    st.caption(say("Point at a marked word to read its meaning in place."))
    left, right = st.columns(2, gap="large")
    names = sorted(GLOSSARY, key=lambda name: say(GLOSSARY[name].word).lower())
    half = -(-len(names) // 2)
    for column, part in ((left, names[:half]), (right, names[half:])):
        with column:
            for name in part:
                _show(name)


def _show(name: str) -> None:
    entry = GLOSSARY[name]
    st.markdown(f"**{say(entry.word)}**  \n{say(entry.meaning)}")
