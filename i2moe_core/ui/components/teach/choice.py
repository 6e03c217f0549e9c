"""A choice whose link holds a code, alike in any language, while its words follow the visitor's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import streamlit as st


def choose(
    name: str, label: str, options: Mapping[str, str], usual: str, menu: bool = False, quiet: bool = False
) -> str:
    """Ask for one of ``options``, code -> what is shown; the link says ``name`` = code unless it is usual.

    menu: as a menu instead of a row of buttons. quiet: without the label. A code that the link has and the
    options lack is the usual one.
    """
    if name not in st.session_state:
        asked = st.query_params.get(name)
        st.session_state[name] = asked if asked in options else usual
    shown: Literal["collapsed", "visible"] = "collapsed" if quiet else "visible"
    value: Any
    if menu:
        value = st.selectbox(
            label, list(options), key=name, format_func=lambda code: options[code], persist_state="session",
            label_visibility=shown,
        )  # fmt: skip
    else:
        value = st.segmented_control(
            label, list(options), key=name, format_func=lambda code: options[code], persist_state="session",
            label_visibility=shown, required=True, wrap=True,
        )  # fmt: skip
    chosen = str(value) if value in options else usual
    if chosen == usual:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != chosen:
        st.query_params[name] = chosen
    return chosen
