"""The figure of each weak point; a function says whether it has drawn one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from i2moe_core.checkpoint import Run
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
from i2moe_core.ui.curved import cosines_of, spans_of
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
    "permutation": "another sample's input",
    "random": "a random vector",
    "matched_noise": "matched noise",
}
LINES = 5  # of the courses of conflict


def _conflict(run: Run, point: Point) -> bool:
    tables = conflicts(point, list(run.info.modalities))
    if not tables:
        return False
    for table, column in zip(tables, st.columns(len(tables)), strict=True):
        with column:
            if len(tables) > 1:
                st.markdown(f"**Phase {plain(table.phase)}**")
            figure = plot_conflict(table.names, table.cosines, table.notes)
            show_figure(figure, f"conflict_{table.phase}", "Cosines of the gradients of each two losses")
            if table.silent:
                names = listing([plain(name) for name in table.silent])
                st.markdown(
                    f"No gradient is left of {names}: these losses are met, or do not reach what learns here."
                )
    _show_course(run)
    return True


def _show_course(run: Run) -> None:
    """Draw the most opposed pairs over the epochs, where the training kept a log."""
    lines = cosines_of(run.history)
    if lines.empty:
        return
    worst = list(lines.groupby("name")["value"].mean().sort_values().index[:LINES])
    st.markdown("**While it learnt: the pairs that were most opposed**")
    spans = [(span.name, span.first, span.last, span.best) for span in spans_of(run.history)]
    figure = plot_course(lines[lines["name"].isin(worst)], spans)
    show_figure(figure, "conflict_course", "The most opposed pairs of losses over the epochs")


def _suppression(run: Run, point: Point) -> bool:
    rows = against_rows(point["numbers"]["gradient"], point["numbers"]["weight"])
    figure = plot_against(rows, "share of gradient", "share of weight")
    show_figure(figure, "suppression", "Each expert's share of the gradient and of the weight")
    return True


def _disagreement(run: Run, point: Point) -> bool:
    figure = plot_against(agreement_rows(point), "right", "right in all samples")
    show_figure(figure, "weak_disagreement", "How often it is right where experts agree and where not")
    return True


def _replacement(run: Run, point: Point) -> bool:
    trained = STAND_INS.get(str(point["numbers"].get("trained_with")))
    if trained is not None:
        st.markdown(f"In its own training {trained} stood in for an input.")
    figure = plot_against(draw_rows(point), "random vectors", "other samples")
    show_figure(figure, "replacement", "The spread of answers over the draws of a replacement")
    return True


def _experts(run: Run, point: Point) -> bool:
    numbers = point["numbers"]
    left, right = st.columns(2)
    with left:
        st.markdown("**How much each is used**")
        rows = against_rows(numbers["weight"], numbers["dominant"])
        figure = plot_against(rows, "mean weight", "leads")
        show_figure(figure, "experts_used", "Each expert's mean weight and how often it leads")
    with right:
        st.markdown("**Points of right answers lost without it**")
        show_figure(plot_changes(lost_rows(point)), "experts_lost", "What is lost without each expert")
    closest = closest_pair(point)
    if closest:
        st.markdown(closest)
    return True


def _gate(run: Run, point: Point) -> bool:
    show_figure(plot_accuracies(gate_rows(point)), "weak_gate", "What the weights' differences follow from")
    return True


def _margin(run: Run, point: Point) -> bool:
    swept, scanned = sweep_rows(point), scan_rows(point)
    if not swept.empty:
        show_figure(plot_sweep(swept, "margin", "accuracy"), "weak_sweep", "Accuracy over the margin")
        return True
    if scanned.empty:
        return False
    figure = plot_scan(scanned, number_of(point["numbers"], "margin"), "margin", "still pull")
    show_figure(figure, "weak_margin", "The share of triplets that still pull at each margin")
    return True


def _cost(run: Run, point: Point) -> bool:
    show_figure(plot_cost(cost_rows(point)), "weak_cost", "What the mixture costs in multiples")
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
