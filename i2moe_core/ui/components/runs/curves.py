"""How a run learnt: every loss, the measure and the gradients over the epochs; live while it trains."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import streamlit as st

from i2moe_core.explain.loss_names import part_title
from i2moe_core.explain.numbers import joined
from i2moe_core.language import marked, say
from i2moe_core.plots import expert_colours, plot_course, plot_curve
from i2moe_core.ui import curved, running
from i2moe_core.ui.components.choice import choose
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.curved import Span
from i2moe_core.ui.failures import failures_shown
from i2moe_core.ui.language import is_finer_shown
from i2moe_core.ui.running import INTERRUPTED, TRAINING
from i2moe_core.ui.words import plain

EVERY = 2.0  # seconds between two looks at a training
ACROSS = 3  # losses side by side; four where that fills the row
PAIRS = 5  # of losses whose gradients are drawn; those that are against each other most
LOSSES, COURSE, GRADIENTS = "losses", "course", "gradients"
LOOKS = {LOSSES: marked("Every loss"), COURSE: marked("Measure and score"), GRADIENTS: marked("Gradients")}
MEASURE = "measure"  # the simple look, which nobody picks


def show_curves(path: Path, state: str) -> None:
    """Show the curves of a run; they follow a training as long as they are looked at."""
    look = _ask_look()
    if state in (TRAINING, INTERRUPTED):
        _follow(path, state, look)
    else:
        _draw(path, look)


def _ask_look() -> str:
    if not is_finer_shown("curve_look"):
        return MEASURE
    looks = {code: say(words) for code, words in LOOKS.items()}
    return choose(say("Curves"), looks, LOSSES, "curve_look", hidden=True)


@st.fragment(run_every=EVERY)
def _follow(path: Path, state: str, look: str) -> None:
    if running.state_of(path) != state:
        st.rerun()
    _draw(path, look)


def _draw(path: Path, look: str) -> None:
    with failures_shown():
        history = running.read_history(path)
        if history.empty:
            words = say("No epoch has ended yet; the curves appear here by themselves.")
            st.info(words, icon=":material/hourglass_top:")
            return
        _say_where(history)
        modalities = running.modalities_of(path)
        if look == LOSSES:
            _show_losses(history, modalities)
        elif look == GRADIENTS:
            _show_gradients(history, modalities)
        elif look == COURSE:
            _show_course(history)
        else:
            _show_measure_alone(history)


def _say_where(history: pd.DataFrame) -> None:
    last = curved.spans_of(history)[-1]
    key, measure = curved.measure_of(history)
    phase = plain(curved.phase_title(last.name))
    told = [say("**Epoch {epoch}**, phase *{phase}*.", epoch=last.last, phase=phase)]
    if last.best is not None:
        told.append(say("Best of the phase: epoch {epoch}.", epoch=last.best))
    if not measure.empty:
        value = f"{measure['value'].iloc[-1]:.3f}"
        name = say(curved.MEASURES[key])
        told.append(say("{measure} on the validation split: {value}.", measure=name, value=value))
    if "seconds" in history.columns:
        each, whole = history["seconds"].iloc[-1], running.duration(history["seconds"].sum())
        told.append(say("{seconds:.1f} s an epoch, {whole} in all.", seconds=each, whole=whole))
    st.markdown(joined(told))


def _show_losses(history: pd.DataFrame, modalities: tuple[str, ...]) -> None:
    panels = curved.losses_of(history, modalities)
    for number, span in enumerate(curved.spans_of(history)):
        st.markdown(_phase_line(span))
        own = [panel for panel in panels if panel.phase == span.name]
        across = 4 if len(own) == 4 else ACROSS
        phase = curved.phase_title(span.name)
        for start in range(0, len(own), across):
            for panel, column in zip(own[start : start + across], st.columns(across), strict=False):
                alt = say("The loss {loss} over the epochs of phase {phase}", loss=panel.title, phase=phase)
                with column:
                    figure = plot_curve(panel.rows, panel.best, panel.title, panel.colour)
                    show_figure(figure, f"loss_{number}_{panel.name}", alt)
    reading_note(
        say(
            "One figure a loss: solid on the validation split, dotted in training, as it is weighted in the "
            "sum. The dashed line is the epoch whose weights were kept. Colours are the experts'; grey is "
            "all else."
        ),
        say(
            "Whether the experts mean what they are called: a low loss does not say that, the audit does. "
            "Losses of different recipes or phases measure different things."
        ),
    )


def _phase_line(span: Span) -> str:
    known = {"phase": plain(curved.phase_title(span.name)), "first": span.first, "last": span.last}
    if span.best is None:
        return say("Phase **{phase}**: epochs {first} to {last}", **known)
    return say("Phase **{phase}**: epochs {first} to {last}, best **{best}**", **known, best=span.best)


def _spans(history: pd.DataFrame) -> list[tuple[str, int, int, int | None]]:
    return [(curved.phase_title(s.name), s.first, s.last, s.best) for s in curved.spans_of(history)]


def _show_measure_alone(history: pd.DataFrame) -> None:
    _show_measure(history)
    reading_note(
        say(
            "After each epoch: how well the run answers samples that it does not learn from. A diamond is "
            "the best epoch of its phase, whose weights were kept."
        ),
        say("Whether the experts mean what they are called: that is what the audit asks."),
    )


def _show_course(history: pd.DataFrame) -> None:
    _show_measure(history)
    st.markdown(say("**Score**: the sum of the validation losses, which picks the best epoch of a phase"))
    figure = plot_course(curved.scores_of(history), _spans(history))
    show_figure(figure, "course_score", say("The score over the epochs"))
    reading_note(
        say(
            "Epochs are counted through all phases; a phase has its own ground, and a diamond is its best "
            "epoch, from whose weights the next phase begins."
        ),
        say(
            "How right the run is on samples that had no say in picking the epoch: that is the test split's "
            "figure in the table. Scores of different phases are sums of different losses."
        ),
    )


def _show_measure(history: pd.DataFrame) -> None:
    key, measure = curved.measure_of(history)
    if not key:
        return
    name = say(curved.MEASURES[key])
    st.markdown(say("**{measure}** on the validation split", measure=name))
    figure = plot_course(measure, _spans(history), percent=key != "r2")
    show_figure(figure, "course_measure", say("{measure} over the epochs", measure=name))


def _show_gradients(history: pd.DataFrame, modalities: tuple[str, ...]) -> None:
    cosines, shares = curved.cosines_of(history, modalities), curved.shares_of(history)
    if cosines.empty and shares.empty:
        st.info(say("This training did not log its gradients; one that is made now does."))
        return
    spans = _spans(history)
    if not cosines.empty:
        st.markdown(say("**Do the losses pull against each other?** Cosines between their gradients"))
        worst = cosines.groupby("name")["value"].mean().nsmallest(PAIRS).index
        show_figure(
            plot_course(cosines[cosines["name"].isin(worst)], spans, height=340),
            "course_cosines", say("Cosines between the gradients of two losses over the epochs"),
        )  # fmt: skip
    if not shares.empty:
        st.markdown(say("**Who gets the gradient?** Each part's share of it"))
        colours = expert_colours(curved.experts_in(history, modalities))
        labels = {part: part_title(part) for part in shares["name"].unique()}
        show_figure(
            plot_course(shares, spans, colours, labels, percent=True, height=340),
            "course_shares", say("Each part's share of the gradient over the epochs"),
        )  # fmt: skip
    reading_note(
        say(
            "Measured once an epoch on the same training batch. Below 0, two losses work against each "
            "other; of all pairs that share parameters the {count} lowest are drawn. A part with little of "
            "the gradient hardly learns.",
            count=PAIRS,
        ),
        say(
            "Cause: a share also depends on how large the part is. The page Trust measures both on the "
            "finished model and says what to do."
        ),
    )
