"""A run's card: what it is, how right it is, and what its audit says in traffic-light words."""

from __future__ import annotations

import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.language import say
from i2moe_core.plots import plot_audit
from i2moe_core.plots.palette import input_label
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.components.lights import badge
from i2moe_core.ui.language import is_full
from i2moe_core.ui.table import split_label
from i2moe_core.ui.verdicts import Check, audit_frame, checks_of, trust
from i2moe_core.ui.words import joined, listing, plain


def show_model_card(run: Run) -> None:
    """Show the facts of a run, its four checks and their figure."""
    st.markdown(_facts(run))
    _show_verdict(run)
    for row in (checks_of(run.audit)[:2], checks_of(run.audit)[2:]):
        for check, column in zip(row, st.columns(2), strict=True):
            with column.container(border=True, height="stretch"):
                _show_check(check)
    if not is_full():
        return
    _show_figure(run)
    if run.card:
        with st.expander(say("The whole model card"), icon=":material/description:"):
            st.code(run.card, language=None, wrap_lines=True)


def _facts(run: Run) -> str:
    info, training = run.info, run.config.training
    inputs = listing([_input(name, kind) for name, kind in info.modalities.items()])
    parameters = sum(p.numel() for p in run.model.parameters())
    trained = say(
        "**{run}** was trained on the data *{data}* ({inputs}) with the recipe *{recipe}* and {count:,} "
        "parameters.",
        run=plain(run.name), data=plain(info.name), inputs=inputs, recipe=plain(training.recipe),
        count=parameters,
    )  # fmt: skip
    return joined([trained, say("It answers with {answers}.", answers=answers(run))])


def _input(name: str, kind: str) -> str:
    label = plain(input_label(name))
    if name == kind:
        return label
    return say("{input} ({kind})", input=label, kind=say("array") if kind == "array" else input_label(kind))


def answers(run: Run) -> str:
    """Say what a run can answer: its classes, their number where they are many, or the estimated number."""
    names = run.info.classes
    if run.info.task == "regression":
        return say("a number, {name}", name=plain(names[0]))
    few = len(names) <= 12
    shown = listing([plain(n, 40) for n in names]) if few else say("{count} classes", count=len(names))
    return (
        say("one of {these}", these=shown)
        if run.info.task == "multiclass"
        else say("any of {these}", these=shown)
    )


def _show_verdict(run: Run) -> None:
    light, sentence = trust(run.audit)
    {"good": st.success, "partly": st.warning, "poor": st.error, "unknown": st.info}[light](sentence)


def _show_check(check: Check) -> None:
    st.markdown(f"**{say(check.question)}**  \n{badge(check.light)}")
    meaning = say(check.meaning)
    told = f"{meaning[:1].upper()}{meaning[1:]}{say('.')}"
    if check.value is not None:
        value = say("{label}: **{value:.2f}**.", label=say(check.label), value=check.value)
        told = joined([value, told])
    st.caption(told)


def _show_figure(run: Run) -> None:
    frame = audit_frame(run.audit)
    if frame.empty:
        return
    show_figure(plot_audit(frame), key="audit", alt=say("The audit's figures beside the marks to reach"))
    split = plain(split_label(str((run.audit or {}).get("split", "test"))))
    reading_note(
        say(
            "Each bar is one measure on the {split} split, the diamond the value to reach (for the leak: to "
            "stay below). Role scores ask each expert whether it reacts to replaced inputs as its name says.",
            split=split,
        ),
        say(
            "How the run does on data of another kind; and where the true interactions are unknown, whether "
            "they are named."
        ),
    )
