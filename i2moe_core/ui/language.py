"""How the page speaks: the visitor's language, simple or full, large type for a projector."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from i2moe_core.language import ENGLISH, LANGUAGES, follow, say

SIMPLE, FULL = "simple", "full"
LARGE = """<style>
html { font-size: 130% !important; }
section[data-testid="stSidebar"], [data-testid="stExpandSidebarButton"] { display: none !important; }
</style>"""


def chosen() -> str:
    """Return the code of the language picked in this session; English outside of a page."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return ENGLISH
    return str(st.session_state.get("lang") or st.query_params.get("lang") or ENGLISH)


follow(chosen)


def is_full() -> bool:
    """Say whether the visitor wants everything rather than the main figures in plain words."""
    return bool((st.session_state.get("detail") or st.query_params.get("detail") or FULL) != SIMPLE)


def is_presented() -> bool:
    """Say whether the page is shown in large type without its side bar."""
    return bool(st.session_state.get("present", st.query_params.get("present") == "true"))


def ask_how_to_speak() -> None:
    """Show the pickers of language and detail, and the button for a presentation, in the side bar."""
    details = {SIMPLE: say("Simple"), FULL: say("Full")}
    with st.sidebar:
        _ask("lang", say("Language"), LANGUAGES, ENGLISH)
        _ask(
            "detail", say("How much is shown"), details, FULL,
            say("Simple shows the main figures in plain words; Full shows everything."),
        )  # fmt: skip
        st.button(say("Presentation"), icon=":material/slideshow:", on_click=_present, args=(True,))
    if is_presented():
        st.html(LARGE)
        st.button(say("Leave the presentation"), icon=":material/close:", on_click=_present, args=(False,))


def _ask(name: str, label: str, options: dict[str, str], usual: str, words: str | None = None) -> None:
    """Ask for one of ``options``, code -> what is shown; the link holds the code, alike in any language."""
    asked = st.query_params.get(name)
    if name not in st.session_state:
        st.session_state[name] = asked if asked in options else usual

    def changed() -> None:
        if st.session_state[name] == usual:
            st.query_params.pop(name, None)
        else:
            st.query_params[name] = st.session_state[name]

    st.segmented_control(
        label, list(options), required=True, key=name, format_func=lambda code: options[code],
        persist_state="session", on_change=changed, help=words,
    )  # fmt: skip
    if st.session_state[name] != usual and asked != st.session_state[name]:
        st.query_params[name] = st.session_state[name]  # on another page of the same visit


def _present(wanted: bool) -> None:
    st.session_state["present"] = wanted
    if wanted:
        st.query_params["present"] = "true"
    else:
        st.query_params.pop("present", None)
