"""How the page speaks: the visitor's language, simple or full, large type for a projector."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from i2moe_core.language import ENGLISH, LANGUAGES, follow, say
from i2moe_core.ui.components.choice import choose
from i2moe_core.ui.link import is_new, recall

SIMPLE, FULL = "simple", "full"
LARGE = """<style>
html { font-size: 130% !important; }
section[data-testid="stSidebar"], [data-testid="stExpandSidebarButton"] { display: none !important; }
</style>"""


def chosen() -> str:
    """Return the code of the language picked in this session; English outside of a page."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return ENGLISH
    return _picked("lang") or ENGLISH


follow(chosen)


def is_full() -> bool:
    """Say whether the visitor wants everything rather than the main figures in plain words."""
    return _picked("detail") != SIMPLE


def is_finer_shown(*keys: str) -> bool:
    """Say whether finer choices are offered: in the full mode, and wherever the link already holds one."""
    return is_full() or any(recall(key) for key in keys)


def is_presented() -> bool:
    """Say whether the page is shown in large type without its side bar."""
    return bool(st.session_state.get("present", st.query_params.get("present") == "true"))


def ask_how_to_speak() -> None:
    """Show the pickers of language and detail, and the button for a presentation, in the side bar."""
    details = {SIMPLE: say("Simple"), FULL: say("Full")}
    with st.sidebar:
        choose(say("Language"), LANGUAGES, ENGLISH, "lang", everywhere=True)
        choose(
            say("How much is shown"), details, FULL, "detail", everywhere=True,
            help=say("Simple shows the main figures in plain words; Full shows everything."),
        )  # fmt: skip
        st.button(say("Presentation"), icon=":material/slideshow:", on_click=_present, args=(True,))
    if is_presented():
        st.html(LARGE)
        st.button(say("Leave the presentation"), icon=":material/close:", on_click=_present, args=(False,))


def _picked(name: str) -> str:
    """Return the code that the link or, where that has not changed, the widget holds."""
    return recall(name) if is_new(name) else str(st.session_state.get(name) or recall(name))


def _present(wanted: bool) -> None:
    st.session_state["present"] = wanted
    if wanted:
        st.query_params["present"] = "true"
    else:
        st.query_params.pop("present", None)
