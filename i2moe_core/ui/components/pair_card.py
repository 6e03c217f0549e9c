"""The pair on the table: its picture as the model sees it, its words, and the truth where it is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st
from PIL import Image

from i2moe_core.checkpoint import Run
from i2moe_core.language import say
from i2moe_core.plots import expert_label, expert_meaning, plot_array
from i2moe_core.plots.palette import input_label
from i2moe_core.types import PairExplanation
from i2moe_core.ui.components.figure import show_figure
from i2moe_core.ui.components.own_input import can_be_given, start_from
from i2moe_core.ui.components.upload_pair import Pair
from i2moe_core.ui.words import missing_sentence, plain

_SIDE = 264  # pixels of the shown picture
_SHOWN_TEXT = 600  # characters


def show_pair(run: Run, pair: Pair, explanation: PairExplanation) -> None:
    """Show the inputs, what was noticed while reading them, and for an example the truth."""
    for name, kind in run.info.modalities.items():
        if pair.values[name] is not None:
            _show_input(name, kind, pair.values[name])
    missing = [name for name, value in pair.values.items() if value is None]
    if missing:
        st.caption(missing_sentence(missing))
    for note in pair.notes:
        st.caption(plain(note, limit=300))
    if pair.row is not None:
        _show_truth(run, pair.row, explanation.prediction, whole=not missing)
        if can_be_given(run):
            st.button(
                say("Change this pair"),
                icon=":material/edit:",
                on_click=start_from,
                args=(pair.values, run.info.modalities),
                help=say("Take this example over as your own: edit its text or swap its picture."),
            )


def _show_input(name: str, kind: str, value: Any) -> None:
    if kind == "image":
        st.image(enlarged(value), width=_SIDE, alt=say("The {input} of this pair", input=input_label(name)))
    elif kind == "text":
        with st.container(border=True):
            st.text(value if len(value) <= _SHOWN_TEXT else value[:_SHOWN_TEXT] + " …", width="stretch")
    else:
        shape = "×".join(str(n) for n in np.shape(value))
        own = input_label(name)
        st.caption(say("{input}: {count} numbers", input=plain(own), count=shape))
        show_figure(plot_array(value), key=f"input_{name}", alt=say("The numbers of {input}", input=own))


def enlarged(pixels: np.ndarray) -> np.ndarray:
    """Return small pictures with each pixel as a square, so that they show what the model has to go by."""
    longest = max(pixels.shape[:2])
    if longest >= _SIDE:
        return pixels
    height, width = (side * (2 * _SIDE // longest) for side in pixels.shape[:2])
    return np.asarray(Image.fromarray(pixels).resize((width, height), Image.Resampling.NEAREST))


def _show_truth(run: Run, row: int, prediction: str, whole: bool) -> None:
    samples = run.reference
    if not st.toggle(say("Show the truth"), value=True, key="truth", bind="query-params"):
        return
    true = true_answer(run, row)
    wrong = whole and run.info.task == "multiclass" and prediction != true
    lines = [
        say("True answer: **{answer}** (the model is wrong here)", answer=plain(true))
        if wrong
        else say("True answer: **{answer}**", answer=plain(true))
    ]
    if samples.truth is not None:
        kind = str(samples.truth.interactions[row])
        lines.append(
            say(
                "Made so that it needs: **{kind}**, {meaning}",
                kind=plain(expert_label(kind)),
                meaning=plain(expert_meaning(kind)),
            )
        )
    st.markdown("  \n".join(lines))


def true_answer(run: Run, row: int) -> str:
    """Return the true class, labels or number of a reference sample, as words."""
    target = run.reference.targets[row]
    if run.info.task == "regression":
        return f"{float(target):.3g}"
    if run.info.task == "multilabel":
        return ", ".join(run.info.classes[c] for c in np.flatnonzero(target)) or say("none of the labels")
    return run.info.classes[int(target)]
