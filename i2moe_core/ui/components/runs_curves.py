"""How a run learnt: every loss, the measure and the gradients over the epochs; live while it trains."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import streamlit as st

from i2moe_core.plots import expert_colours, expert_label, plot_course, plot_curve
from i2moe_core.ui import curved, running
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.curved import Span
from i2moe_core.ui.failures import failures_shown
from i2moe_core.ui.running import INTERRUPTED, TRAINING
from i2moe_core.ui.words import plain

EVERY = 2.0  # seconds between two looks at a training
ACROSS = 3  # losses side by side; four where that fills the row
PAIRS = 5  # of losses whose gradients are drawn; those that are against each other most
LOSSES, COURSE, GRADIENTS = "Every loss", "Measure and score", "Gradients"
NONE_YET = "No epoch has ended yet; the curves appear here by themselves."


def show_curves(path: Path, state: str) -> None:
    """Show the curves of a run; they follow a training as long as they are looked at."""
    look = st.segmented_control(
        "Curves", [LOSSES, COURSE, GRADIENTS], default=LOSSES, required=True, key="curve_look",
        bind="query-params", label_visibility="collapsed",
    )  # fmt: skip
    if state in (TRAINING, INTERRUPTED):
        _follow(path, state, look or LOSSES)
    else:
        _draw(path, look or LOSSES)


@st.fragment(run_every=EVERY)
def _follow(path: Path, state: str, look: str) -> None:
    if running.state_of(path) != state:
        st.rerun()
    _draw(path, look)


def _draw(path: Path, look: str) -> None:
    with failures_shown():
        history = running.read_history(path)
        if history.empty:
            st.info(NONE_YET, icon=":material/hourglass_top:")
            return
        _say_where(history)
        modalities = running.modalities_of(path)
        if look == COURSE:
            _show_course(history)
        elif look == GRADIENTS:
            _show_gradients(history, modalities)
        else:
            _show_losses(history, modalities)


def _say_where(history: pd.DataFrame) -> None:
    last = curved.spans_of(history)[-1]
    name, measure = curved.measure_of(history)
    parts = [f"**Epoch {last.last}**, phase *{plain(last.name)}*"]
    if last.best is not None:
        parts.append(f"best of the phase: epoch {last.best}")
    if not measure.empty:
        parts.append(f"{name} on the validation split {measure['value'].iloc[-1]:.3f}")
    if "seconds" in history.columns:
        parts.append(
            f"{history['seconds'].iloc[-1]:.1f} s an epoch, {_time(history['seconds'].sum())} in all"
        )
    st.markdown("; ".join(parts) + ".")


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def _show_losses(history: pd.DataFrame, modalities: tuple[str, ...]) -> None:
    panels = curved.losses_of(history, modalities)
    for number, span in enumerate(curved.spans_of(history)):
        st.markdown(_phase_line(span))
        own = [panel for panel in panels if panel.phase == span.name]
        across = 4 if len(own) == 4 else ACROSS
        for start in range(0, len(own), across):
            for panel, column in zip(own[start : start + across], st.columns(across), strict=False):
                with column:
                    show_figure(
                        plot_curve(panel.rows, panel.best, panel.title, panel.colour),
                        key=f"loss_{number}_{panel.name}",
                        alt=f"The loss {panel.title} over the epochs of phase {span.name}",
                    )
    reading_note(
        "One figure a loss: solid on the validation split, dotted in training, as it is weighted in the sum. "
        "The dashed line is the epoch whose weights were kept. Colours are the experts'; grey is all else.",
        "Whether the experts mean what they are called: a low loss does not say that, the audit does. Losses "
        "of different recipes or phases measure different things.",
    )


def _phase_line(span: Span) -> str:
    best = "" if span.best is None else f", best **{span.best}**"
    return f"Phase **{plain(span.name)}**: epochs {span.first} to {span.last}{best}"


def _show_course(history: pd.DataFrame) -> None:
    spans = [(s.name, s.first, s.last, s.best) for s in curved.spans_of(history)]
    label, measure = curved.measure_of(history)
    if label:
        st.markdown(f"**{label}** on the validation split")
        percent = label != curved.MEASURES["r2"]
        show_figure(
            plot_course(measure, spans, percent=percent), "course_measure", f"{label} over the epochs"
        )
    st.markdown("**Score**: the sum of the validation losses, which picks the best epoch of a phase")
    show_figure(plot_course(curved.scores_of(history), spans), "course_score", "The score over the epochs")
    reading_note(
        "Epochs are counted through all phases; a phase has its own ground, and a diamond is its best epoch, "
        "from whose weights the next phase begins.",
        "How right the run is on samples that had no say in picking the epoch: that is the test split's "
        "figure in the table. Scores of different phases are sums of different losses.",
    )


def _show_gradients(history: pd.DataFrame, modalities: tuple[str, ...]) -> None:
    cosines, shares = curved.cosines_of(history, modalities), curved.shares_of(history)
    if cosines.empty and shares.empty:
        st.info("This training did not log its gradients; one that is made now does.")
        return
    spans = [(s.name, s.first, s.last, s.best) for s in curved.spans_of(history)]
    colours = expert_colours(curved.experts_in(history, modalities))
    if not cosines.empty:
        st.markdown("**Do the losses pull against each other?** Cosines between their gradients")
        worst = cosines.groupby("name")["value"].mean().nsmallest(PAIRS).index
        show_figure(
            plot_course(cosines[cosines["name"].isin(worst)], spans, height=340),
            "course_cosines", "Cosines between the gradients of two losses over the epochs",
        )  # fmt: skip
    if not shares.empty:
        st.markdown("**Who gets the gradient?** Each part's share of it")
        labels = {part: expert_label(part) for part in shares["name"].unique()}
        show_figure(
            plot_course(shares, spans, colours, labels, percent=True, height=340),
            "course_shares", "Each part's share of the gradient over the epochs",
        )  # fmt: skip
    reading_note(
        f"Measured once an epoch on the same training batch. Below 0, two losses work against each other; of "
        f"all pairs that share parameters the {PAIRS} lowest are drawn. A part with little of the gradient "
        "hardly learns.",
        "Cause: a share also depends on how large the part is. The page Trust measures both on the finished "
        "model and says what to do.",
    )
