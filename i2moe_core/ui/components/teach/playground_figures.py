"""What is seen of a playground's training at one moment: numbers, surfaces, weights, curves."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from i2moe_core.language import say
from i2moe_core.plots.playground import plot_experts, plot_plane, plot_progress, plot_type_weights
from i2moe_core.teaching.playground.look import Look
from i2moe_core.teaching.playground.settings import PLAYED
from i2moe_core.teaching.playground.trainer import Trainer
from i2moe_core.teaching.playground.truth import TYPES
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.components.teach import playground_words as words
from i2moe_core.ui.language import is_full

POINTS = 100  # of a curve
SMOOTH = 10  # steps over which a loss is averaged


def show_numbers(look: Look, trainer: Trainer, goal: int) -> None:
    """Show the step, the accuracy and the recovery score."""
    best = None if trainer.setup.own else trainer.setup.settings.best
    with st.container(horizontal=True, gap="medium"):
        st.metric(say("Step"), f"{look.step} / {max(goal, look.step)}", width="content")
        right = say("Right answers") if best is None else say("Right (best {best})", best=words.share(best))
        st.metric(right, words.share(look.accuracy), width="content")
        known = "–" if look.recovery is None else f"{look.recovery:.2f}"
        st.metric(
            say("Recovery"), known, width="content",
            help=say("Interaction Recovery Score: do the experts and their parts of the answer name the "
                     "interaction that is really there? 1 is perfect, 0 is chance."),
        )  # fmt: skip


def show_surfaces(look: Look, trainer: Trainer) -> None:
    """Show the mixture's answer over the two inputs, and each expert's."""
    plane = trainer.plane
    hover = "%{x:.2f}, %{y:.2f}: %{z:.0%}"
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown(f"**{say('What it answers')}**")
        points = pd.DataFrame({"x1": plane.points[:, 0], "x2": plane.points[:, 1], "label": plane.labels})
        figure = plot_plane(
            look.surfaces[0], (plane.first, plane.second), points, words.inputs(), _classes(trainer), hover
        )
        show_figure(figure, "p_plane", say("The answer over the two inputs, with samples"))
    with right:
        st.markdown(f"**{say('What each expert says by itself')}**")
        if len(look.surfaces) == 1:
            st.info(say("This recipe has no experts: there is nobody to ask."), icon=":material/person_off:")
            return
        figure = plot_experts(
            look.surfaces[1:], (plane.first, plane.second), words.experts(), words.colours(), hover
        )
        show_figure(figure, "p_experts", say("Each expert's own answer over the two inputs"))


def show_weights(look: Look) -> None:
    """Show the gate's mean weights, by true type where it is known."""
    if not look.weights.size:
        return
    known = len(look.weights) > 1
    rows = words.types() if known else [say("all samples")]
    title = say("Whom the gate listens to, by the true interaction") if known else say("Whom it listens to")
    st.markdown(f"**{title}**")
    hover = "{expert}: %{{x:.0%}}"
    figure = plot_type_weights(look.weights, rows, words.experts(), words.colours(), hover)
    show_figure(figure, "p_weights", say("The gate's mean weights for each true interaction"))


def show_course(look: Look, trainer: Trainer) -> None:
    """Show accuracy and recovery over the steps, and in full mode the losses."""
    left, right = st.columns(2, gap="medium") if is_full() else (st.container(), None)
    span = max(PLAYED, trainer.done)
    with left:
        st.markdown(f"**{say('Right is not the same as truthful')}**")
        labels = {"accuracy": say("right answers")}
        if look.recovery is not None:
            labels["recovery"] = say("recovery")
        figure = plot_progress(_course(look, trainer), labels, {"recovery": "#26A077"}, span, say("step"))
        show_figure(figure, "p_course", say("Accuracy and recovery over the steps"))
    if right is not None:
        with right:
            st.markdown(f"**{say('What training makes small')}**")
            losses = _losses(trainer)
            names = list(trainer.losses[0]) if trainer.losses else []
            labels = {name: words.loss(name) for name in names}
            shown = dict(zip(TYPES, words.colours(), strict=True))
            figure = plot_progress(losses, labels, shown, span, say("step"), percent=False)
            show_figure(figure, "p_losses", say("Every loss over the steps"))


def show_notes() -> None:
    """Say how the figures are read."""
    reading_note(
        say("Orange: the second label is likely; violet: the first; clear: undecided. A bar of the gate's "
            "weights should be led by the expert of its row. Recovery is measured on samples that were not "
            "trained on."),
        say("Other data: here the truth is known because it was made. On real data recovery cannot be "
            "measured, only the experts' roles."),
    )  # fmt: skip


def _classes(trainer: Trainer) -> tuple[str, str]:
    if trainer.setup.own is None:
        return say("negative"), say("positive")
    first, second = trainer.info.classes
    return first, second


def _course(look: Look, trainer: Trainer) -> pd.DataFrame:
    looks = [*trainer.measured, look]
    looks = looks[:: max(1, len(looks) // POINTS)]
    rows = [("accuracy", one.step, one.accuracy) for one in looks]
    rows += [("recovery", one.step, one.recovery) for one in looks if one.recovery is not None]
    return pd.DataFrame(rows, columns=["name", "step", "value"])


def _losses(trainer: Trainer) -> pd.DataFrame:
    """Return the losses, averaged over the last steps, at so many places."""
    frame = pd.DataFrame(trainer.losses)
    frame.index = frame.index + 1
    smooth = frame.rolling(SMOOTH, min_periods=1).mean().iloc[:: max(1, len(frame) // POINTS)]
    long = smooth.rename_axis("step").reset_index().melt("step", var_name="name", value_name="value")
    return long if len(frame) else pd.DataFrame(columns=["name", "step", "value"])
