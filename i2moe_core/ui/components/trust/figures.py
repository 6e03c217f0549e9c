"""The figure of each weak point; a function says whether it has drawn one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.language import marked, say
from i2moe_core.plots import (
    plot_accuracies,
    plot_against,
    plot_changes,
    plot_conflict,
    plot_cost,
    plot_course,
    plot_scan,
    plot_sweep,
)
from i2moe_core.ui.components.figure import show_figure
from i2moe_core.ui.curved import cosines_of, phase_title, spans_of
from i2moe_core.ui.trusted import number_of
from i2moe_core.ui.weak_conflicts import conflicts
from i2moe_core.ui.weakness import (
    Point,
    against_rows,
    agreement_rows,
    closest_pair,
    cost_rows,
    draw_rows,
    gate_rows,
    lost_rows,
    scan_rows,
    sweep_rows,
)
from i2moe_core.ui.words import listing, plain

STAND_INS = {
    "permutation": marked("In its own training another sample's input stood in for one that was left out."),
    "random": marked("In its own training a random vector stood in for an input that was left out."),
    "matched_noise": marked("In its own training matched noise stood in for an input that was left out."),
}
LINES = 5  # of the courses of conflict


def _conflict(run: Run, point: Point) -> bool:
    tables = conflicts(point, list(run.info.modalities))
    if not tables:
        return False
    for table, column in zip(tables, st.columns(len(tables)), strict=True):
        with column:
            if len(tables) > 1:
                st.markdown(say("**Phase {phase}**", phase=plain(phase_title(table.phase))))
            figure = plot_conflict(table.names, table.cosines, table.notes)
            alt = say("Cosines of the gradients of each two losses")
            show_figure(figure, f"conflict_{table.phase}", alt)
            if table.silent:
                _say_silent(table.silent)
    _show_course(run)
    return True


def _say_silent(losses: Sequence[str]) -> None:
    names = listing([plain(name) for name in losses])
    if len(losses) == 1:
        st.markdown(
            say("No gradient is left of {loss}: it is met, or does not reach what learns here.", loss=names)
        )
    else:
        st.markdown(
            say(
                "No gradient is left of {losses}: they are met, or do not reach what learns here.",
                losses=names,
            )
        )


def _show_course(run: Run) -> None:
    """Draw the most opposed pairs over the epochs, where the training kept a log."""
    lines = cosines_of(run.history, list(run.info.modalities))
    if lines.empty:
        return
    worst = list(lines.groupby("name")["value"].mean().sort_values().index[:LINES])
    st.markdown(say("**While it learnt: the pairs that were most opposed**"))
    spans = [(phase_title(span.name), span.first, span.last, span.best) for span in spans_of(run.history)]
    figure = plot_course(lines[lines["name"].isin(worst)], spans)
    show_figure(figure, "conflict_course", say("The most opposed pairs of losses over the epochs"))


def _suppression(run: Run, point: Point) -> bool:
    rows = against_rows(point["numbers"]["gradient"], point["numbers"]["weight"])
    figure = plot_against(rows, say("share of gradient"), say("share of weight"))
    show_figure(figure, "suppression", say("Each expert's share of the gradient and of the weight"))
    return True


def _disagreement(run: Run, point: Point) -> bool:
    figure = plot_against(agreement_rows(point), say("right"), say("right in all samples"))
    alt = say("How often it is right where experts agree and where not")
    show_figure(figure, "weak_disagreement", alt)
    return True


def _replacement(run: Run, point: Point) -> bool:
    trained = STAND_INS.get(str(point["numbers"].get("trained_with")))
    if trained is not None:
        st.markdown(say(trained))
    figure = plot_against(draw_rows(point), say("random vectors"), say("other samples"))
    show_figure(figure, "replacement", say("The spread of answers over the draws of a replacement"))
    return True


def _experts(run: Run, point: Point) -> bool:
    numbers = point["numbers"]
    left, right = st.columns(2)
    with left:
        st.markdown(say("**How much each is used**"))
        rows = against_rows(numbers["weight"], numbers["dominant"])
        figure = plot_against(rows, say("mean weight"), say("leads"))
        show_figure(figure, "experts_used", say("Each expert's mean weight and how often it leads"))
    with right:
        st.markdown(say("**Points of right answers lost without it**"))
        show_figure(plot_changes(lost_rows(point)), "experts_lost", say("What is lost without each expert"))
    closest = closest_pair(point)
    if closest:
        st.markdown(closest)
    return True


def _gate(run: Run, point: Point) -> bool:
    alt = say("What the weights' differences follow from")
    show_figure(plot_accuracies(gate_rows(point)), "weak_gate", alt)
    return True


def _margin(run: Run, point: Point) -> bool:
    swept, scanned = sweep_rows(point), scan_rows(point)
    if not swept.empty:
        figure = plot_sweep(swept, "margin", "accuracy")
        show_figure(figure, "weak_sweep", say("Accuracy over the margin"))
        return True
    if scanned.empty:
        return False
    chosen = number_of(point["numbers"], "margin")
    figure = plot_scan(scanned, chosen, say("margin"), say("still pull"))
    show_figure(figure, "weak_margin", say("The share of triplets that still pull at each margin"))
    return True


def _cost(run: Run, point: Point) -> bool:
    show_figure(plot_cost(cost_rows(point)), "weak_cost", say("What the mixture costs in multiples"))
    return True


FIGURES: Mapping[str, Callable[[Run, Point], bool]] = {
    "conflict": _conflict,
    "suppression": _suppression,
    "disagreement": _disagreement,
    "replacement": _replacement,
    "experts": _experts,
    "gate": _gate,
    "margin": _margin,
    "cost": _cost,
}
