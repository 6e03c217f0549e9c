"""The Trust page's top and the audit in pictures."""

from __future__ import annotations

import streamlit as st

from i2moe_core.analysis.triangulation import MEASURES
from i2moe_core.checkpoint import Run
from i2moe_core.explain.numbers import joined
from i2moe_core.explain.verdict import trust
from i2moe_core.language import marked, say
from i2moe_core.plots import plot_named, plot_roles, plot_zones
from i2moe_core.plots.palette import INK
from i2moe_core.ui.believed import Audit, Belief, advice, beliefs
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.components.lights import badge
from i2moe_core.ui.components.trust.right import (
    show_accuracies,
    show_helpers,
    show_single_accuracies,
)
from i2moe_core.ui.language import is_full
from i2moe_core.ui.repeated import stability_belief
from i2moe_core.ui.trusted import (
    ROLE_GOAL,
    helper_rows,
    number_of,
    recovery_rows,
    role_rows,
    role_sentences,
)
from i2moe_core.ui.verdicts import COLOURS
from i2moe_core.ui.words import plain

LEAK_ZONES = ((0.65, COLOURS["good"]), (0.7, COLOURS["partly"]), (1.0, COLOURS["poor"]))
FREE_MARKS = {0.5: marked("0.5 none"), 1.0: marked("1 all")}
LEAK_MARKS = FREE_MARKS | {0.7: marked("0.7 fails")}
WHAT = marked(
    "For every answer a mixture of experts names its reasons: what one input told alone, what both told, "
    "what showed only when they were read together. Nothing forces these names to be true, and accuracy does "
    "not tell. This page tests them on this model."
)
PARTS = marked(
    "A bar is the product of two parts: *can do it* (what the expert gets right above chance, as a part of "
    "what the whole model does) and *does only this* (it moves, or falls silent, as its name demands). The "
    "dotted line is {goal}."
)
SCORES = marked(
    "A bar is how well an expert does what its name says: 0 is not at all, 1 is fully, and the dotted line "
    "is the mark to reach, {goal}."
)
NEEDED = marked("Whether an expert is needed: one that fits its name may have nothing to say on this data.")
SCORE = marked(
    "**Interaction Recovery Score: {score}.** It joins this with the roles (harmonic mean, chance removed): "
    "1 is perfect, 0 is chance, and neither half can hide the other."
)


def show_verdict(run: Run, audit: Audit) -> None:
    """Say whether the weights may be believed, question by question, and what follows."""
    light, sentence = trust(audit)
    st.markdown(say(WHAT))
    {"good": st.success, "partly": st.warning, "poor": st.error, "unknown": st.info}[light](sentence)
    with st.container(border=True):
        for belief in (*beliefs(audit), stability_belief(run)):
            _show_belief(belief)
    st.markdown(f"**{say('How to read this model.')}** {advice(audit)}")


def _show_belief(belief: Belief) -> None:
    finding = belief.finding if is_full() else ""
    st.markdown(f"{badge(belief.light)} **{belief.question}** {finding}")


def show_audit(audit: Audit) -> None:
    """Draw the audit: roles, recovery, leak, accuracies, and who helps where one input misleads."""
    st.header(say("Does each expert do what its name says?"))
    _show_roles(audit)
    if not is_full():
        return
    st.header(say("Does the leading expert name the true interaction?"))
    _show_recovery(audit)
    st.header(say("Do the weights give the answer away?"))
    _show_leak(audit)
    st.header(say("Where is it right?"))
    show_accuracies(audit)
    if not helper_rows(audit).empty:
        st.header(say("Where one input misleads, who helps?"))
        show_helpers(audit)


def _show_roles(audit: Audit) -> None:
    figure = plot_roles(role_rows(audit), ROLE_GOAL, parts=is_full())
    if not is_full():
        show_figure(figure, "trust_roles", say("Each expert's role score"))
        reading_note(say(SCORES, goal=ROLE_GOAL), say(NEEDED))
        return
    show_figure(figure, "trust_roles", say("Each expert's role score and its two parts"))
    sentences = role_sentences(audit)
    if sentences:
        st.markdown("\n".join(f"- {sentence}" for sentence in sentences))
    perfect = say(
        "With three classes and more even a perfect synergy expert stays below 1, for some swapped pairs are "
        "valid by chance."
    )
    reading_note(joined([_tested(audit), say(PARTS, goal=ROLE_GOAL)]), joined([say(NEEDED), perfect]))


def _tested(audit: Audit) -> str:
    samples = number_of(audit, "roles_detail", "samples")
    parts = [] if samples is None else [say("Tested on {samples:,} samples.", samples=int(samples))]
    if number_of(audit, "contribution_argmax") is not None:
        own = say("Inputs are swapped between samples, and each expert is tested on those of its true kind.")
    else:
        own = say(
            "Inputs are swapped between samples, and each expert is tested on all of them, for their true "
            "kinds are not known."
        )
    return joined([*parts, own])


def _show_recovery(audit: Audit) -> None:
    rows = recovery_rows(audit)
    if rows.empty:
        st.info(
            say(
                "The true interactions are only known for generated data, so on this data nobody can say. "
                "Roles, leak and the weak points below need no truth."
            ),
            icon=":material/help:",
        )
        return
    kinds = len(audit.get("mean_weights") or {}) or 4
    alt = say("How often each measure names the truth")
    show_figure(plot_named(rows, 1 / kinds), "trust_recovery", alt)
    score = number_of(audit, "irs")
    if score is not None:
        st.markdown(say(SCORE, score=f"{score:.2f}"))
    reading_note(
        say(
            "A mark is how often the largest value of a measure is the true interaction, averaged over the "
            "kinds, with its 95% interval; the dotted line is guessing among {kinds}. *{share}* and "
            "*{weight}* are what this app shows of the model. *{component}* is what the inputs offer, "
            "*{model_component}* the same from the model's own answers under swaps.",
            kinds=kinds,
            **{key: say(MEASURES[key].label) for key in ("share", "weight", "component", "model_component")},
        ),
        say(
            "Other data: truth is known only where the samples were generated. And it is truth by one "
            "definition, the pointwise minimum consensus, which also defines the probes' measure."
        ),
    )


def _show_leak(audit: Audit) -> None:
    judged = number_of(audit, "contribution_argmax") is not None
    zones, marks = (LEAK_ZONES, LEAK_MARKS) if judged else (((1.0, INK),), FREE_MARKS)
    named = {place: say(word) for place, word in marks.items()}
    figure = plot_zones(number_of(audit, "leak"), zones, named, start=0.5)
    show_figure(figure, "trust_leak", say("How well the weights alone give the predicted class away"))
    what = say("The largest AUROC with which one expert's weight tells one predicted class from the rest.")
    if judged:
        free = say(
            "Here kinds and classes are independent, so a high leak means that the weights name the class, "
            "not the kind of interaction."
        )
    else:
        free = say("Here kinds and classes may truly go together, so there is no mark to pass.")
    reading_note(
        joined([what, free]),
        say(
            "Which of the two it is where they go together; and weights that only fall for one of many "
            "classes."
        ),
    )


def show_single(run: Run) -> None:
    """Say why a single fusion has nothing to trust or distrust, and what is known of its answers."""
    st.info(
        say(
            "**{run}** is a single fusion: it has no experts and no weights, so there is no explanation to "
            "trust or to distrust, only answers. Choose a mixture on the left to audit one.",
            run=plain(run.name),
        ),
        icon=":material/info:",
    )
    if run.audit:
        st.markdown(beliefs(run.audit)[0].finding)
        show_single_accuracies(run.audit)
