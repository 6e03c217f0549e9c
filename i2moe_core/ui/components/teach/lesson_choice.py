"""A choice whose words are in the visitor's language while the link holds its code, alike in any language.

Streamlit's own binding writes what is shown into the link, which another language could not read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from i2moe_core.ui.link import is_new, keep_only, recall, remember

_NAMES = "choices_in_link"


def choose(
    label: str,
    options: Mapping[str, str],
    usual: str,
    key: str,
    on_change: Callable[[], None] | None = None,
    hidden: bool = False,
) -> str:
    """Let the visitor choose one of ``options``, code -> what is shown; returns the code.

    usual: what is chosen at first; it is not written into the link. hidden: show no label.
    """
    _begin(key, options, usual)
    chosen = st.segmented_control(
        label, list(options), required=True, key=key, format_func=lambda code: options[code],
        on_change=on_change, label_visibility="collapsed" if hidden else "visible",
    )  # fmt: skip
    _keep(key, chosen, usual)
    return usual if chosen is None else chosen


def choose_answer(label: str, options: Mapping[str, str], key: str) -> str | None:
    """Let the visitor mark one of ``options``, code -> what is shown, or none as yet."""
    _begin(key, options, None)
    chosen = st.radio(label, list(options), index=None, key=key, format_func=lambda code: options[code])
    _keep(key, chosen, None)
    return chosen


def leave() -> None:
    """Take the choices of the page's present part out of the link; the session still knows them."""
    keep_only((), tuple(st.session_state.get(_NAMES, ())))
    st.session_state[_NAMES] = set()


def _begin(key: str, options: Mapping[str, str], usual: str | None) -> None:
    if key not in st.session_state or is_new(key):
        asked = recall(key)
        st.session_state[key] = asked if asked in options else usual


def _keep(key: str, chosen: str | None, usual: str | None) -> None:
    remember(key, "" if chosen is None or chosen == usual else chosen)
    st.session_state[_NAMES] = {*st.session_state.get(_NAMES, ()), key}
