"""What a reader may believe of a run, question by question, and what follows: sentences from its audit."""

from __future__ import annotations

from dataclasses import dataclass

from i2moe_core.explain.numbers import counted, joined, listing, percent
from i2moe_core.explain.palette import expert_label, input_label
from i2moe_core.explain.verdict import Light, checks_of, trust
from i2moe_core.language import say
from i2moe_core.ui.table import split_label
from i2moe_core.ui.trusted import Audit, mean_role, number_of, silent_inputs, strongest_role, weakest_role
from i2moe_core.ui.words import plain

MEASURE_NAMES = {"micro_f1": "Micro F1", "r2": "R²"}  # alike in every language


@dataclass(frozen=True)
class Belief:
    """One question that a reader has, how it came out, and the finding in Markdown."""

    question: str
    light: Light
    finding: str


def beliefs(audit: Audit) -> list[Belief]:
    """Return the questions that every audit of a mixture answers, the most basic first."""
    right, named, roles, leak = (check.light for check in checks_of(audit))
    return [
        Belief(say("Is it right?"), right, _right(audit)),
        Belief(say("Is the leading expert the real reason?"), named, _named(audit)),
        Belief(say("Does each expert do what its name says?"), roles, _roles(audit)),
        Belief(say("Do the weights keep the answer to themselves?"), leak, _leak(audit)),
    ]


def advice(audit: Audit) -> str:
    """Say in Markdown how the run's weights may be read, given its verdict."""
    light, _ = trust(audit)
    if light == "poor":
        return say(
            "Its answers may be right; its weights and the experts' parts are no reason for them. What still "
            "holds is what needs no names: the breakdown adds up to the answer, and a map or a swap shows "
            "what moves the answer, each with its own test beside it."
        )
    return joined([_reading(audit, light), *_care(audit)])


def _reading(audit: Audit, light: Light) -> str:
    if light == "good":
        return say(
            "The expert with the largest part of an answer may be read as its reason, on data like that it "
            "was tested on."
        )
    if number_of(audit, "contribution_argmax") is None:
        return say(
            "Nobody knows the true reasons on this data, so a leading expert is a hint, as good as its role "
            "score; a swap or a map on the single pair is the better witness."
        )
    return say(
        "Read the leading expert of an answer as a hint, and check it on the single pair with the role test."
    )


def _care(audit: Audit) -> list[str]:
    """Warn of the expert that fits its name least, where it fits badly."""
    weakest = weakest_role(audit)
    if weakest is None or weakest[1] >= 0.75:
        return []
    name, score = plain(expert_label(weakest[0])), f"{weakest[1]:.2f}"
    return [
        say("Take care with **{expert}**, which fits its name least ({score}).", expert=name, score=score)
    ]


def _right(audit: Audit) -> str:
    value = number_of(audit, "accuracy")
    if value is None:
        return say("Its answers were not measured.")
    parts = [_how_right(audit, value)]
    error = number_of(audit, "calibration", "ece")
    if error is not None:
        points = f"{100 * error:.1f}"
        parts.append(say("Its stated probabilities are off by {points} points on average.", points=points))
    return joined(parts)


def _how_right(audit: Audit, value: float) -> str:
    samples, split = audit.get("samples") or 0, plain(split_label(str(audit.get("split", "test"))))
    measure = str(audit.get("measure", "accuracy"))
    if measure != "accuracy":
        return say(
            "{measure} is **{value}** on {samples:,} {split} samples.",
            measure=MEASURE_NAMES.get(measure, plain(measure)),
            value=f"{value:.3f}",
            samples=samples,
            split=split,
        )
    known = {"share": counted(value), "samples": samples, "split": split}
    chance = number_of(audit, "roles_detail", "chance")
    if chance is None:
        return say("**{share}** of {samples:,} {split} samples are answered rightly.", **known)
    return say(
        "**{share}** of {samples:,} {split} samples are answered rightly; always giving the most common "
        "answer would get {chance}.",
        chance=percent(chance),
        **known,
    )


def _named(audit: Audit) -> str:
    named, gate = (number_of(audit, key) for key in ("contribution_argmax", "gate_argmax"))
    if named is None:
        return say(
            "Nobody knows: the true reasons are only known for generated data. Train the same recipe on "
            "`scenes` to see it where they are."
        )
    chance = 1 / max(1, len(audit.get("mean_weights") or audit.get("roles") or {}) or 4)
    parts = [
        say(
            "The expert with the largest part of an answer is of the true kind in **{share}** of the "
            "samples; guessing gets {chance}.",
            share=counted(named),
            chance=percent(chance),
        )
    ]
    if gate is not None:
        parts.append(say("The largest weight alone: {share}.", share=counted(gate)))
    return joined(parts)


def _roles(audit: Audit) -> str:
    mean, weakest, strongest = mean_role(audit), weakest_role(audit), strongest_role(audit)
    if mean is None or weakest is None or strongest is None:
        return say("The role test could not be made.")
    found = say(
        "Role scores average **{mean}** of 1; the least is {weakest} with {least}, the best {strongest} with "
        "{most}.",
        mean=f"{mean:.2f}",
        weakest=plain(expert_label(weakest[0])),
        least=f"{weakest[1]:.2f}",
        strongest=plain(expert_label(strongest[0])),
        most=f"{strongest[1]:.2f}",
    )
    return joined([found, *_nothing_to_show(audit)])


def _nothing_to_show(audit: Audit) -> list[str]:
    """Excuse the experts of inputs that tell nothing alone."""
    silent = [
        say("the {input} ({share})", input=plain(input_label(name)), share=counted(right))
        for name in silent_inputs(audit)
        if (right := number_of(audit, "probe_accuracy", name)) is not None
    ]
    if not silent:
        return []
    if len(silent) == 1:
        return [
            say(
                "On this data {input} alone tells little more than chance, so an expert named after it has "
                "nothing to show: its low score is the data's.",
                input=silent[0],
            )
        ]
    return [
        say(
            "On this data {inputs} alone tell little more than chance, so an expert named after one of them "
            "has nothing to show: its low score is the data's.",
            inputs=listing(silent),
        )
    ]


def _leak(audit: Audit) -> str:
    value = number_of(audit, "leak")
    if value is None:
        return say("The leak was not measured.")
    found = say(
        "A single weight tells the predicted class apart with an AUROC of **{leak}** (0.5 would be not at "
        "all, 1 fully).",
        leak=f"{value:.2f}",
    )
    if number_of(audit, "contribution_argmax") is None:
        free = say("On this data kinds and classes may truly go together, so there is no mark to pass.")
        return joined([found, free])
    apart = say("On this data kind and class are independent, so whatever exceeds 0.5 is the model's.")
    return joined([found, apart])
