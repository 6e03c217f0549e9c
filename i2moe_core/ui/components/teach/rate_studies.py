"""The studies that there are, and a form that makes another one."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.errors import InputError
from i2moe_core.language import say
from i2moe_core.teaching.rating.study import FEWEST, MOST
from i2moe_core.ui import studies
from i2moe_core.ui.components.trust.line import show_trust
from i2moe_core.ui.failures import show_input_error
from i2moe_core.ui.words import plain

RESULTS = "results"
_MADE = "rating_made"


def show_studies(run: Run | None) -> None:
    """Say what a study is, list those that there are, and offer to make one."""
    st.markdown(
        say("People judge whether an explanation fits. For half of the samples the explanation is a placebo: "
            "the same numbers, given to the wrong experts. Nobody is told which. Only if the real ones are "
            "rated higher do ratings say anything about the explanations.")
    )  # fmt: skip
    known = studies.names()
    if known:
        st.header(say("Studies"))
    for name in known:
        _show_one(name)
    if run is None:
        st.info(say("There is no trained model here yet; a study is about one."), icon=":material/info:")
        return
    st.header(say("A new study"))
    _show_form(run)
    show_trust(run)


def study_link(name: str, view: str = "") -> str:
    """Return the address of a study on this server, for raters or of its results."""
    query = {"study": name} | ({"view": view} if view else {})
    return f"{(st.context.url or '').partition('?')[0]}?{urlencode(query)}"


def _show_one(name: str) -> None:
    try:
        study = studies.open_study(name)
        ledger = studies.ratings_of(study)
    except InputError as error:
        show_input_error(error)
        return
    counts = {"items": len(study.items), "ratings": len(ledger.latest()),
              "raters": len({rating.rater for rating in ledger.ratings})}  # fmt: skip
    with st.container(border=True):
        st.markdown(
            say(
                "**{name}**: {items} samples of {run}; {ratings} ratings by {raters} raters",
                name=plain(name),
                run=plain(study.run),
                **counts,
            )
        )
        st.code(study_link(name), language=None, wrap_lines=True)
        with st.container(horizontal=True):
            st.button(say("Rate"), icon=":material/edit:", key=f"rate_{name}", on_click=_open, args=(name,))
            st.button(say("Results"), icon=":material/lock_open:", key=f"results_{name}", on_click=_open,
                      args=(name, RESULTS))  # fmt: skip


def _show_form(run: Run) -> None:
    with st.form("new_study", border=True):
        st.text_input(say("Its name, a part of the link"), max_chars=40, key="study_name")
        left, right = st.columns(2)
        most = min(MOST, len(run.reference))
        left.number_input(say("Samples"), FEWEST, most, min(12, most), key="study_items")
        right.number_input(say("Seed of the draw"), 0, 10**6, 1, key="study_seed",
                           help=say("It decides samples and arms; keep it from the raters."))  # fmt: skip
        st.form_submit_button(say("Make the study"), type="primary", on_click=_make, args=(run,))
    if _MADE in st.session_state:
        problem = st.session_state.pop(_MADE)
        if problem is not None:
            show_input_error(problem)
        else:
            st.success(say("The study is made: give its link to the raters."), icon=":material/check:")


def _make(run: Run) -> None:
    asked = st.session_state
    try:
        studies.make_study(
            run, asked["study_name"].strip(), int(asked["study_items"]), int(asked["study_seed"])
        )
    except InputError as error:
        asked[_MADE] = error
        return
    asked[_MADE] = None


def _open(name: str, view: str = "") -> None:
    st.query_params["study"] = name
    if view:
        st.query_params["view"] = view
