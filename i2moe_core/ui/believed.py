"""What a reader may believe of a run, question by question, and what follows: sentences from its audit."""

from __future__ import annotations

from dataclasses import dataclass

from i2moe_core.explain.verdict import Light, checks_of, trust
from i2moe_core.plots import expert_label
from i2moe_core.ui.trusted import (
    Audit,
    mean_role,
    number_of,
    probe_rows,
    silent_inputs,
    strongest_role,
    weakest_role,
)
from i2moe_core.ui.words import listing, percent, plain

MEASURE_NAMES = {"accuracy": "Accuracy", "micro_f1": "Micro F1", "r2": "R²"}


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
        Belief("Is it right?", right, _right(audit)),
        Belief("Is the leading expert the real reason?", named, _named(audit)),
        Belief("Does each expert do what its name says?", roles, _roles(audit)),
        Belief("Do the weights keep the answer to themselves?", leak, _leak(audit)),
    ]


def advice(audit: Audit) -> str:
    """Say in Markdown how the run's weights may be read, given its verdict."""
    light, _ = trust(audit)
    if light == "poor":
        return (
            "**How to read this model.** Its answers may be right; its weights and the experts' parts are no "
            "reason for them. What still holds is what needs no names: the breakdown adds up to the answer, "
            "and a map or a swap shows what moves the answer, each with its own test beside it."
        )
    weakest = weakest_role(audit)
    care = ""
    if weakest is not None and weakest[1] < 0.75:
        care = (
            f" Take care with **{plain(expert_label(weakest[0]))}**, which fits its name least "
            f"({weakest[1]:.2f})."
        )
    if light == "good":
        return (
            "**How to read this model.** The expert with the largest part of an answer may be read as its "
            f"reason, on data like that it was tested on.{care}"
        )
    if number_of(audit, "contribution_argmax") is None:
        return (
            "**How to read this model.** Nobody knows the true reasons on this data, so a leading expert is "
            "a hint, as good as its role score; a swap or a map on the single pair is the better witness."
            f"{care}"
        )
    return (
        "**How to read this model.** Read the leading expert of an answer as a hint, and check it on the "
        f"single pair with the role test.{care}"
    )


def _right(audit: Audit) -> str:
    value, samples = number_of(audit, "accuracy"), audit.get("samples") or 0
    if value is None:
        return "Its answers were not measured."
    measure = str(audit.get("measure", "accuracy"))
    split = plain(str(audit.get("split", "test")))
    if measure != "accuracy":
        text = (
            f"{MEASURE_NAMES.get(measure, plain(measure))} is **{value:.3f}** on {samples:,} {split} samples."
        )
    else:
        text = f"**{percent(value)}** of {samples:,} {split} samples are answered rightly"
        chance = number_of(audit, "roles_detail", "chance")
        text += (
            "." if chance is None else f"; always giving the most common answer would get {percent(chance)}."
        )
    error = number_of(audit, "calibration", "ece")
    if error is not None:
        text += f" Its stated probabilities are off by {100 * error:.1f} points on average."
    return text


def _named(audit: Audit) -> str:
    named, gate = (number_of(audit, key) for key in ("contribution_argmax", "gate_argmax"))
    if named is None:
        return (
            "Nobody knows: the true reasons are only known for generated data. Train the same recipe on "
            "`scenes` to see it where they are."
        )
    chance = 1 / max(1, len(audit.get("mean_weights") or audit.get("roles") or {}) or 4)
    text = (
        f"The expert with the largest part of an answer is of the true kind in **{percent(named)}** of the "
        f"samples; guessing gets {percent(chance)}."
    )
    return text if gate is None else f"{text} The largest weight alone: {percent(gate)}."


def _roles(audit: Audit) -> str:
    mean, weakest, strongest = mean_role(audit), weakest_role(audit), strongest_role(audit)
    if mean is None or weakest is None or strongest is None:
        return "The role test could not be made."
    text = (
        f"Role scores average **{mean:.2f}** of 1; the least is {plain(expert_label(weakest[0]))} with "
        f"{weakest[1]:.2f}, the best {plain(expert_label(strongest[0]))} with {strongest[1]:.2f}."
    )
    return f"{text}{_nothing_to_show(audit)}"


def _nothing_to_show(audit: Audit) -> str:
    silent = silent_inputs(audit)
    if not silent:
        return ""
    rows = probe_rows(audit).set_index("label")["value"]
    parts = [f"the {plain(name)} ({percent(rows[name[:1].upper() + name[1:]])})" for name in silent]
    return (
        f" On this data {listing(parts)} alone tells little more than chance, so an expert named after it "
        "has nothing to show: its low score is the data's."
    )


def _leak(audit: Audit) -> str:
    value = number_of(audit, "leak")
    if value is None:
        return "The leak was not measured."
    text = (
        f"A single weight tells the predicted class apart with an AUROC of **{value:.2f}** (0.5 would be not "
        "at all, 1 fully)."
    )
    if number_of(audit, "contribution_argmax") is None:
        return f"{text} On this data kinds and classes may truly go together, so there is no mark to pass."
    return f"{text} On this data kind and class are independent, so whatever exceeds 0.5 is the model's."
