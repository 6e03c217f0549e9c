"""A run's card: what it is, how right it is, and what its audit says in traffic-light words."""

from __future__ import annotations

import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.plots import plot_audit
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.components.lights import badge
from i2moe_core.ui.verdicts import Check, audit_frame, checks_of, trust
from i2moe_core.ui.words import listing, plain


def show_model_card(run: Run) -> None:
    """Show the facts of a run, its four checks and their figure."""
    st.markdown(_facts(run))
    _show_verdict(run)
    for row in (checks_of(run.audit)[:2], checks_of(run.audit)[2:]):
        for check, column in zip(row, st.columns(2), strict=True):
            with column.container(border=True, height="stretch"):
                _show_check(check)
    _show_figure(run)
    if run.card:
        with st.expander("The whole model card", icon=":material/description:"):
            st.code(run.card, language=None, wrap_lines=True)


def _facts(run: Run) -> str:
    info, training = run.info, run.config.training
    inputs = listing(
        [plain(n) if n == kind else f"{plain(n)} ({kind})" for n, kind in info.modalities.items()]
    )
    parameters = sum(p.numel() for p in run.model.parameters())
    facts = [
        f"**{plain(run.name)}** was trained on the data *{plain(info.name)}* ({inputs}) "
        f"with the recipe *{plain(training.recipe)}* and {parameters:,} parameters.",
        f"It answers with {answers(run)}.",
    ]
    return " ".join(facts)


def answers(run: Run) -> str:
    """Say what a run can answer: its classes, their number where they are many, or the estimated number."""
    names = run.info.classes
    if run.info.task == "regression":
        return f"a number, {plain(names[0])}"
    shown = listing([plain(name, 40) for name in names]) if len(names) <= 12 else f"{len(names)} classes"
    return f"one of {shown}" if run.info.task == "multiclass" else f"any of {shown}"


def _show_verdict(run: Run) -> None:
    light, sentence = trust(run.audit)
    {"good": st.success, "partly": st.warning, "poor": st.error, "unknown": st.info}[light](sentence)


def _show_check(check: Check) -> None:
    st.markdown(f"**{check.question}**  \n{badge(check.light)}")
    value = "" if check.value is None else f"{check.label}: **{check.value:.2f}**. "
    st.caption(value + check.meaning[:1].upper() + check.meaning[1:] + ".")


def _show_figure(run: Run) -> None:
    frame = audit_frame(run.audit)
    if frame.empty:
        return
    show_figure(plot_audit(frame), key="audit", alt="The audit's figures beside the marks to reach")
    split = plain(str((run.audit or {}).get("split", "test")))
    reading_note(
        f"Each bar is one measure on the {split} split, the diamond the value to reach (for the leak: "
        "to stay "
        "below). Role scores ask each expert whether it reacts to replaced inputs as its name says.",
        "How the run does on data of another kind; and where the true interactions are unknown, whether "
        "they are named.",
    )
