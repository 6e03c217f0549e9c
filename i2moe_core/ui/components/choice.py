"""Choices whose words are in the visitor's language while the link holds codes, alike in any language.

Streamlit's own binding writes what is shown into the link, which another language could not read. Here a
choice is in the link where it differs from the usual one, survives a visit to another page, and follows a
link that changes under the page (the browser's "back").
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

import streamlit as st

from i2moe_core.ui.link import is_new, is_taken_out, keep_only, recall, remember, this_page

_NAMES = "choices_in_link"
_BETWEEN = ","  # codes of several choices in the link
_NONE = "none"  # in the link, where all that could be kept was taken away


def choose(
    label: str,
    options: Mapping[str, str],
    usual: str,
    key: str,
    on_change: Callable[[], None] | None = None,
    hidden: bool = False,
    menu: bool = False,
    everywhere: bool = False,
    **looks: Any,
) -> str:
    """Let the visitor choose one of ``options``, code -> what is shown; returns the code.

    usual: what is chosen at first; it is not written into the link. hidden: show no label. menu: a menu
    instead of a row of buttons. everywhere: the choice is the whole app's, ``leave`` keeps it in the link.
    looks: ``help``, ``width`` and the like, as Streamlit has them.
    """
    _begin(key, options, usual)
    shown: Literal["collapsed", "visible"] = "collapsed" if hidden else "visible"
    looks |= {"format_func": _written(options), "on_change": on_change, "label_visibility": shown}
    if menu:
        chosen = st.selectbox(label, list(options), key=key, **looks)
    else:
        chosen = st.segmented_control(label, list(options), key=key, required=True, **looks)
    code = chosen if chosen in options else usual
    _keep(key, "" if code == usual else code, everywhere)
    return code


def choose_maybe(label: str, options: Mapping[str, str], key: str, **looks: Any) -> str | None:
    """Let the visitor choose one of ``options``, code -> what is shown, or none."""
    _begin(key, options, None)
    chosen = st.segmented_control(label, list(options), key=key, format_func=_written(options), **looks)
    _keep(key, chosen or "")
    return chosen


def choose_many(label: str, options: Mapping[str, str], key: str, **looks: Any) -> list[str]:
    """Let the visitor choose any number of ``options``, code -> what is shown; no code may hold a comma."""
    _follow(key)
    if key not in st.session_state or is_new(key):
        st.session_state[key] = [code for code in recall(key).split(_BETWEEN) if code in options]
    looks |= {"format_func": _written(options), "select_all": False}
    chosen = st.multiselect(label, list(options), key=key, **looks)
    _keep(key, _BETWEEN.join(chosen))
    return list(chosen)


def choose_kept(label: str, options: Mapping[str, str], key: str, **looks: Any) -> list[str]:
    """Let the visitor take some of ``options``, code -> what is shown, away; at first all are kept.

    No code may hold a comma or be "none". Other options than before begin with what the link says of them.
    """
    _follow(key)
    shown, before = list(options), f"{key}_options"
    if key not in st.session_state or is_new(key) or st.session_state.get(before) != shown:
        asked = recall(key).split(_BETWEEN)
        known = [code for code in shown if code in asked]
        st.session_state[key] = known if known or asked == [_NONE] else shown
    st.session_state[before] = shown
    looks |= {"selection_mode": "multi", "format_func": _written(options)}
    kept = st.pills(label, shown, key=key, **looks)
    _keep(key, "" if len(kept) == len(shown) else _BETWEEN.join(kept) or _NONE)
    return list(kept)


def choose_answer(label: str, options: Mapping[str, str], key: str) -> str | None:
    """Let the visitor mark one of ``options``, code -> what is shown, or none as yet."""
    _begin(key, options, None)
    chosen = st.radio(label, list(options), index=None, key=key, format_func=_written(options))
    _keep(key, chosen or "")
    return chosen


def leave() -> None:
    """Take the choices of the page's present part out of the link; the session still knows them."""
    keep_only((), tuple(st.session_state.get(_NAMES, ())))
    st.session_state[_NAMES] = set()


def _written(options: Mapping[str, str]) -> Callable[[str], str]:
    return lambda code: options.get(code, code)


def _follow(key: str) -> None:
    """Forget a choice that the link no longer holds, as after a step back; take one over from another page.

    A widget of the same key on another page is another widget, which would begin empty.
    """
    if key in st.session_state and is_taken_out(key):
        remember(key, "")
        del st.session_state[key]
    at, page = f"page:{key}", this_page()
    if key in st.session_state and st.session_state.get(at) != page:
        st.session_state[key] = st.session_state[key]
    st.session_state[at] = page


def _begin(key: str, options: Mapping[str, str], usual: str | None) -> None:
    _follow(key)
    if key not in st.session_state or is_new(key) or st.session_state[key] not in {*options, None}:
        asked = recall(key)
        st.session_state[key] = asked if asked in options else usual


def _keep(key: str, chosen: str, everywhere: bool = False) -> None:
    remember(key, chosen)
    if not everywhere:
        st.session_state[_NAMES] = {*st.session_state.get(_NAMES, ()), key}
