"""What a lesson is, and what several lessons share: the experts' names in words, the run they look at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.language import say
from i2moe_core.model.i2moe import I2MoE
from i2moe_core.plots.palette import expert_label
from i2moe_core.ui import cached
from i2moe_core.ui.components.choice import choose
from i2moe_core.ui.components.teach.question import Question
from i2moe_core.ui.words import plain

SHIPPED = "scenes"


@dataclass(frozen=True)
class Lesson:
    """One lesson: title and one sentence (marked), what shows it, its question, its words in the glossary."""

    title: str
    about: str
    show: Callable[[Run | None], None]
    question: Question
    terms: tuple[str, ...]


def lesson_run(run: Run | None) -> Run | None:
    """Return the run a lesson looks at: the picked one, or the shipped one where that one will not do.

    A sentence says so; where there is neither, it says what to do.
    """
    if run is not None and _fits(run):
        return run
    shipped = _shipped()
    if shipped is None:
        st.info(
            say(
                "This lesson needs a trained mixture that answers with classes, and there is none here. "
                "Train one on the page Runs (data: scenes), then come back; the other lessons need none."
            ),
            icon=":material/model_training:",
        )
        return None
    if run is not None:
        st.caption(
            say(
                "The picked run has no experts for this lesson, or does not read pictures with texts: the "
                "run {name} is shown.",
                name=plain(shipped.name),
            )
        )
    return shipped


def _fits(run: Run) -> bool:
    kinds = set(run.info.modalities.values())
    return isinstance(run.model, I2MoE) and run.info.task == "multiclass" and kinds >= {"image", "text"}


def _shipped() -> Run | None:
    for summary in cached.list_runs():
        if summary.name == SHIPPED and summary.problem is None:
            run = cached.load_run(Path(summary.path))
            return run if _fits(run) else None
    return None


def ask_sample(run: Run, key: str) -> int:
    """Let the visitor choose among a few samples, one a true interaction; returns its reference row."""
    rows = _telling_rows(run)
    label = say("A sample whose answer needs") if run.reference.truth is not None else say("A sample")
    return rows[choose(label, {name: expert_label(name) for name in rows}, next(iter(rows)), key)]


def _telling_rows(run: Run) -> dict[str, int]:
    """Return a name -> row: the first sample of each true interaction, or the first four samples."""
    if run.reference.truth is None:
        return {str(row + 1): row for row in range(min(4, len(run.reference)))}
    types: Sequence[str] = run.reference.truth.interactions.tolist()
    names = ["synergy", *(name for name in dict.fromkeys(types) if name != "synergy")]
    return {name: types.index(name) for name in names if name in types}


def sample_values(run: Run, row: int) -> dict[str, object]:
    """Return the raw values of a reference sample."""
    return {name: run.reference.raw[name][row] for name in run.info.modalities}


def show_sample(run: Run, row: int) -> None:
    """Show a sample's picture and text."""
    values = sample_values(run, row)
    for name, kind in run.info.modalities.items():
        if kind == "image" and values[name] is not None:
            pixels = cached.seen(values[name], run.config.data.image_size)  # type: ignore[arg-type]
            times = max(1, 176 // pixels.shape[0])
            st.image(np.repeat(np.repeat(pixels, times, 0), times, 1), width=176)
        elif kind == "text":
            st.text(f"“{values[name]}”")
