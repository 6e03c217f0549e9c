"""Be the router: divide the say among the experts yourself; the answer moves at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from i2moe_core.explain.pair import remix
from i2moe_core.language import say
from i2moe_core.plots import expert_label, plot_router
from i2moe_core.types import PairExplanation
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.readings import normalised
from i2moe_core.ui.words import percent, plain


@st.fragment
def be_the_router(explanation: PairExplanation, identity: str) -> None:
    """Show a slider per expert and the answer under those weights; only this part is run again."""
    names = [expert.name for expert in explanation.experts]
    keys = [f"weight_{identity}_{name}" for name in names]
    _show_presets(explanation, keys)
    left, right = st.columns(2, gap="large")
    with left:
        weights = normalised(_ask_weights(names, keys, explanation.weights))
    with right:
        if weights is None:
            st.info(say("All experts are off, so nobody answers. Give at least one of them a weight."))
        else:
            _show_result(explanation, weights)
    reading_note(
        say(
            "Set the weights; they are scaled to sum to 100%. Pale bars: the answer under the router's own "
            "weights, strong bars: under yours. Switch an expert off to see what the answer owes to it."
        ),
        say("What a model trained with these weights would say: the experts stay as they are."),
    )


def _show_presets(explanation: PairExplanation, keys: Sequence[str]) -> None:
    even = np.full(len(keys), 1 / len(keys))
    presets = {
        "own": (say("Router's own"), explanation.weights),
        "even": (say("All equal"), even),
        "mean": (say("Data-set mean"), explanation.mean_weights),
    }
    with st.container(horizontal=True):
        for code, (label, weights) in presets.items():
            st.button(label, key=f"{code}_{keys[0]}", on_click=_set_weights, args=(keys, weights))


def _set_weights(keys: Sequence[str], weights: np.ndarray) -> None:
    for key, weight in zip(keys, weights, strict=True):
        st.session_state[key] = round(float(weight) * 100)
        st.session_state[f"on_{key}"] = True


def _ask_weights(names: Sequence[str], keys: Sequence[str], own: np.ndarray) -> np.ndarray:
    weights = []
    for name, key, weight in zip(names, keys, own, strict=True):
        st.session_state.setdefault(key, round(float(weight) * 100))
        st.session_state.setdefault(f"on_{key}", True)
        with st.container(horizontal=True, vertical_alignment="bottom", wrap=False):
            on = st.toggle(say("on"), key=f"on_{key}", label_visibility="collapsed", width="content")
            value = st.slider(plain(expert_label(name)), 0, 100, key=key, format="%d%%", disabled=not on)
        weights.append(min(max(float(value), 0.0), 100.0) if on else 0.0)
    return np.array(weights)


def _show_result(explanation: PairExplanation, weights: np.ndarray) -> None:
    logits, probabilities = remix(explanation, weights)
    if explanation.task == "regression":
        st.metric(
            plain(explanation.classes[0]), f"{logits[0]:.3g}", f"{logits[0] - explanation.logits[0]:+.3g}"
        )
        return
    best = int(np.argmax(probabilities))
    st.caption(say("Your answer"))
    said = plain(explanation.classes[best], 60)
    st.markdown(f"### {say('{answer}, {share}', answer=said, share=percent(float(probabilities[best])))}")
    if best != int(np.argmax(explanation.probabilities)):
        st.caption(say("You changed the model's mind."))
    figure = plot_router(explanation.classes, explanation.probabilities, probabilities)
    show_figure(figure, key="router", alt=say("The answer under the router's weights and under yours"))
