"""The home page's words: what the app is for, and why the recipe matters."""

from __future__ import annotations

import streamlit as st
from streamlit.errors import StreamlitAPIException

from i2moe_core.checkpoint import Run
from i2moe_core.language import marked, say
from i2moe_core.ui.components.own_input import OWN
from i2moe_core.ui.ready import ready_row

WHAT = marked(
    "Give a model a picture and a text, and it answers. This workbench shows **which part of it "
    "decided**: what only the picture told, what only the text told, what both told, or what shows "
    "only when they are read together. The model is a *mixture of interaction experts* (I²MoE): one "
    "small network, an *expert*, for each of these kinds, and a *router* that divides the say among "
    "them for each pair. Maps over the picture and the words show what moved each expert, each map "
    "with the tests that tell how far to trust it."
)
RECIPES = marked(
    "The **paper**'s recipe trains accurate models, but on data whose true interactions are known its "
    "weights name them no better than chance. The **faithful** recipe gives each expert a target that "
    "only its kind of interaction can meet, and the audit below checks for every run whether its "
    "weights may be believed."
)
PAGE, MAPS, LESSONS = "pages/explain_pair.py", "pages/attributions.py", "pages/lessons.py"


def show_lead() -> None:
    """Say in plain words what this is."""
    st.markdown(say(WHAT))


def show_recipes() -> None:
    """Say in two sentences how the paper's recipe and the faithful one differ."""
    st.markdown(say(RECIPES))


def show_start(run: Run) -> None:
    """Offer the way to the page that explains a pair, with a ready example."""
    example = run.reference.ids[ready_row(run)]
    with st.container(horizontal=True):
        ready = st.button(say("Explain a ready example"), type="primary", icon=":material/play_arrow:")
        own = st.button(say("Explain your own pair"), icon=":material/upload:")
        maps = st.button(say("See what moved each expert"), icon=":material/center_focus_strong:")
        learn = st.button(say("Learn what the words mean"), icon=":material/school:")
    if ready:
        _go(PAGE, {"example": example})
    elif own:
        _go(PAGE, {"from": OWN})
    elif maps:
        _go(MAPS, {"example": example})
    elif learn:
        _go(LESSONS, {})


def _go(page: str, query: dict[str, str]) -> None:
    """Go there; the chosen run stays in the link by itself, for its picker is bound to it."""
    try:
        st.switch_page(page, query_params=query)
    except StreamlitAPIException:  # a page that was opened alone knows no other
        st.info(say("Open this page from the app's menu."))
