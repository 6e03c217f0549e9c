"""Train lesson 5's two small models while the page shows how far they are; only numbers are kept."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from i2moe_core.analysis.audit import audit_model
from i2moe_core.errors import InputError
from i2moe_core.language import say
from i2moe_core.teaching.lessons.recipes import PAIR, Trained, train_small
from i2moe_core.ui.shelf import Shelf

KEPT, WAIT = 64, 120.0  # results; seconds before a visitor is sent away with a sentence


def train_both(seed: int) -> dict[str, Trained] | None:
    """Return both recipes' models of a seed, trained once for all visitors; None until one asks for it."""
    found = {recipe: _shelf().get((recipe, seed)) for recipe in PAIR}
    if all(found.values()):
        return {recipe: one for recipe, one in found.items() if one is not None}
    place = st.empty()
    with place.container():
        asked = st.button(
            say("Train both models now"), key=f"train_{seed}", type="primary", icon=":material/play_arrow:"
        )
        st.caption(
            say("It takes about fifteen seconds on a laptop. Each seed is trained once and then kept.")
        )
    if not asked:
        return None
    bar = place.progress(0.0, say("Waiting for another visitor's training …"))
    trained = {}
    with _turn():
        for number, recipe in enumerate(PAIR):
            trained[recipe] = _train(recipe, seed, number, bar)
    place.empty()
    return trained


def _train(recipe: str, seed: int, number: int, bar: st.delta_generator.DeltaGenerator) -> Trained:
    found = _shelf().get((recipe, seed))  # another visitor may have asked while this one waited
    if found is not None:
        return found
    words = say("Training model {number} of {count} …", number=number + 1, count=len(PAIR))
    shown = [-1]

    def report(share: float) -> None:
        done = int(100 * (number + share) / len(PAIR))
        if done > shown[0]:
            shown[0] = done
            bar.progress(done / 100, words)

    return _shelf().put((recipe, seed), train_small(recipe, seed, audit_model, report))


@contextmanager
def _turn() -> Iterator[None]:
    """Hold the one training that runs at a time; who waits too long gets a sentence."""
    lock = _lock()
    if not lock.acquire(timeout=WAIT):
        raise InputError(say("Other visitors' trainings take long; wait a moment and click again."))
    try:
        yield
    finally:
        lock.release()


@st.cache_resource(max_entries=1, show_spinner=False)
def _lock() -> threading.Lock:
    return threading.Lock()


@st.cache_resource(max_entries=1, show_spinner=False)
def _shelf() -> Shelf[Trained]:
    return Shelf(KEPT)
