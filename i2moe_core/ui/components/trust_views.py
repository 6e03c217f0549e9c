"""The Trust page's top and the audit in pictures."""

from __future__ import annotations

import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.explain.verdict import trust
from i2moe_core.plots import plot_accuracies, plot_helpers, plot_named, plot_roles, plot_zones
from i2moe_core.plots.palette import INK
from i2moe_core.ui.believed import Audit, Belief, advice, beliefs
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.components.lights import badge
from i2moe_core.ui.repeated import stability_belief
from i2moe_core.ui.trusted import (
    ROLE_GOAL,
    helper_rows,
    number_of,
    probe_rows,
    recovery_rows,
    role_rows,
    role_sentences,
    tied,
    type_rows,
)
from i2moe_core.ui.verdicts import COLOURS
from i2moe_core.ui.words import plain

LEAK_ZONES = ((0.65, COLOURS["good"]), (0.7, COLOURS["partly"]), (1.0, COLOURS["poor"]))
FREE_MARKS = {0.5: "0.5 none", 1.0: "1 all"}
LEAK_MARKS = FREE_MARKS | {0.7: "0.7 fails"}
WHAT = (
    "For every answer a mixture of experts names its reasons: what one input told alone, what both told, "
    "what showed only when they were read together. Nothing forces these names to be true, and accuracy does "
    "not tell. This page tests them on this model."
)


def show_verdict(run: Run, audit: Audit) -> None:
    """Say whether the weights may be believed, question by question, and what follows."""
    light, sentence = trust(audit)
    st.markdown(WHAT)
    {"good": st.success, "partly": st.warning, "poor": st.error, "unknown": st.info}[light](sentence)
    with st.container(border=True):
        for belief in (*beliefs(audit), stability_belief(run)):
            _show_belief(belief)
    st.markdown(advice(audit))


def _show_belief(belief: Belief) -> None:
    st.markdown(tied(f"{badge(belief.light)} **{belief.question}** {belief.finding}"))


def show_audit(audit: Audit) -> None:
    """Draw the audit: roles, recovery, leak, accuracies, and who helps where one input misleads."""
    st.header("Does each expert do what its name says?")
    _show_roles(audit)
    st.header("Does the leading expert name the true interaction?")
    _show_recovery(audit)
    st.header("Do the weights give the answer away?")
    _show_leak(audit)
    st.header("Where is it right?")
    _show_accuracies(audit)
    if not helper_rows(audit).empty:
        st.header("Where one input misleads, who helps?")
        _show_helpers(audit)


def _show_roles(audit: Audit) -> None:
    rows = role_rows(audit)
    show_figure(plot_roles(rows, ROLE_GOAL), "trust_roles", "Each expert's role score and its two parts")
    sentences = role_sentences(audit)
    if sentences:
        st.markdown(tied("\n".join(f"- {sentence}" for sentence in sentences)))
    samples = number_of(audit, "roles_detail", "samples")
    tested = "" if samples is None else f" on {samples:,.0f} samples"
    known = number_of(audit, "contribution_argmax") is not None
    where = "those of its own true kind" if known else "all samples, for their true kinds are not known"
    reading_note(
        f"Inputs are swapped between samples{tested}, each expert tested on {where}. Its bar is the product "
        "of two parts: *can do it* (what it gets right above chance, as a part of what the whole model does) "
        f"and *does only this* (it moves, or falls silent, as its name demands). The dotted line is "
        f"{ROLE_GOAL}.",
        "Whether an expert is needed: one that fits its name may have nothing to say on this data. With "
        "three classes and more even a perfect synergy expert stays below 1, for some swapped pairs are "
        "valid by chance.",
    )


def _show_recovery(audit: Audit) -> None:
    rows = recovery_rows(audit)
    if rows.empty:
        st.info(
            "The true interactions are only known for generated data, so on this data nobody can say. Roles, "
            "leak and the weak points below need no truth.",
            icon=":material/help:",
        )
        return
    kinds = len(audit.get("mean_weights") or {}) or 4
    show_figure(plot_named(rows, 1 / kinds), "trust_recovery", "How often each measure names the truth")
    score = number_of(audit, "irs")
    if score is not None:
        st.markdown(
            f"**Interaction Recovery Score: {score:.2f}.** It joins this with the roles (harmonic mean, "
            "chance removed): 1 is perfect, 0 is chance, and neither half can hide the other."
        )
    reading_note(
        "A mark is how often the largest value of a measure is the true interaction, averaged over the "
        f"kinds, with its 95 % interval; the dotted line is guessing among {kinds}. *Answer share* and "
        "*Gate weight* are what this app shows of the model. *PID of probes* is what the inputs offer, "
        "*PID of model* the same from the model's own answers under swaps.",
        "Other data: truth is known only where the samples were generated. And it is truth by one "
        "definition, the pointwise minimum consensus, which also defines the probes' measure.",
    )


def _show_leak(audit: Audit) -> None:
    judged = number_of(audit, "contribution_argmax") is not None
    zones, marks = (LEAK_ZONES, LEAK_MARKS) if judged else (((1.0, INK),), FREE_MARKS)
    figure = plot_zones(number_of(audit, "leak"), zones, marks, start=0.5)
    show_figure(figure, "trust_leak", "How well the weights alone give the predicted class away")
    free = (
        "Here kinds and classes may truly go together, so there is no mark to pass."
        if not judged
        else "Here kinds and classes are independent, so a high leak means that the weights name the class, "
        "not the kind of interaction."
    )
    reading_note(
        f"The largest AUROC with which one expert's weight tells one predicted class from the rest. {free}",
        "Which of the two it is where they go together; and weights that only fall for one of many classes.",
    )


def _show_accuracies(audit: Audit) -> None:
    kinds, probes = type_rows(audit), probe_rows(audit)
    overall = number_of(audit, "accuracy")
    shown = [
        ("By true interaction", kinds, "trust_types", "How right the answers are by true interaction"),
        ("From each input alone", probes, "trust_probes", "How right small probes are from each input"),
    ]
    shown = [part for part in shown if not part[1].empty]
    if not shown:
        st.caption("Neither the true kinds nor probes of single inputs are there to part the answers by.")
        return
    for (title, rows, key, alt), column in zip(shown, st.columns(len(shown)), strict=True):
        with column:
            st.markdown(f"**{title}**")
            show_figure(plot_accuracies(rows, overall), key, alt)
    reading_note(
        f"The dotted line is the whole model{_overall(audit)}. "
        + (" A kind far below it is one that the model has not learnt." if not kinds.empty else "")
        + (
            " The probes are the small heads that were trained with the experts: how far one input gets "
            "without the other is what uniqueness and redundancy can at most be about."
            if not probes.empty
            else ""
        ),
        "Single classes: the Data set page has them, with intervals.",
    )


def _overall(audit: Audit) -> str:
    value = number_of(audit, "accuracy")
    return "" if value is None else f" ({plain(str(audit.get('measure', 'accuracy')))} {value:.3f})"


def _show_helpers(audit: Audit) -> None:
    show_figure(
        plot_helpers(helper_rows(audit)), "trust_helpers",
        "Each expert's evidence for the right answer where one input alone is wrong",
    )  # fmt: skip
    counts = " and ".join(
        f"{part['samples']:,} where the {plain(name)} alone is wrong"
        for name, part in audit["needed_together"].items()
    )
    reading_note(
        f"These are the samples in which one input's probe is wrong and both together are right: {counts}. A "
        "bar is what an expert adds there for the right answer, weight included, in nats of log-probability "
        "above what is common. The expert of the misleading input should be near zero.",
        "What the experts say where nothing misleads, and whether the probe's error is the input's or its "
        "own.",
    )


def show_single(run: Run) -> None:
    """Say why a single fusion has nothing to trust or distrust, and what is known of its answers."""
    st.info(
        f"**{plain(run.name)}** is a single fusion: it has no experts and no weights, so there is no "
        "explanation to trust or to distrust, only answers. Choose a mixture on the left to audit one.",
        icon=":material/info:",
    )
    if run.audit:
        st.markdown(beliefs(run.audit)[0].finding)
        rows = type_rows(run.audit)
        if not rows.empty:
            figure = plot_accuracies(rows, number_of(run.audit, "accuracy"))
            show_figure(figure, "trust_types", "How right the answers are by true interaction")
            reading_note(
                "How right it is by true interaction; the dotted line is all of them together.",
                "How it comes to its answers: that is what a mixture is for.",
            )
