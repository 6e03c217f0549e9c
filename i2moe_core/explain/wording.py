"""Predictions and disagreement in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from i2moe_core.explain.numbers import joined, listing
from i2moe_core.explain.palette import input_label
from i2moe_core.language import say
from i2moe_core.types import ExpertView, PairExplanation, Task

NO_LABEL = "none"  # the answer where no label is likelier than not; a code, also in files
UNDECIDED = 0.1  # of the way from an even guess to certainty; below it an expert names no answer


def prediction_name(task: Task, classes: Sequence[str], probabilities: np.ndarray) -> str:
    """Return an answer (C,) in words: the class, the labels above one half, or the number."""
    if task == "regression":
        return f"{probabilities[0]:.4g}"
    if task == "multiclass":
        return classes[int(probabilities.argmax())]
    return ", ".join(name for name, p in zip(classes, probabilities, strict=True) if p > 0.5) or NO_LABEL


def answer_label(task: Task, prediction: str) -> str:
    """Return an answer as it is shown: as it is, but the lack of any label in the visitor's language."""
    return say("none of the labels") if task == "multilabel" and prediction == NO_LABEL else prediction


def disagreement_sentence(explanation: PairExplanation, label: Callable[[str], str] = str) -> str:
    """Say who answers what, who is undecided, and how strongly the experts disagree.

    label: how an expert's name is written; by default it is its code.
    """
    task, experts = explanation.task, explanation.experts
    how = _grade(explanation.disagreement["jensen_shannon"])
    if task == "regression":
        told = listing([f"{label(expert.name)} {expert.prediction}" for expert in experts])
        return joined([say("The experts' estimates: {estimates}.", estimates=told), how])
    groups: dict[str, list[str]] = {}
    unsure = []
    for expert in experts:
        name = label(expert.name)
        if is_decided(task, expert.probabilities):
            groups.setdefault(answer_label(task, expert.prediction), []).append(name)
        else:
            unsure.append(name)
    return joined([_who_answers_what(groups, unsure), how])


def is_decided(task: Task, probabilities: np.ndarray) -> bool:
    """Say whether an expert prefers any class, or any label's presence or absence, to an even guess.

    probabilities: (C,), of any task but regression.
    """
    if task == "multilabel":
        best, even = float(np.maximum(probabilities, 1 - probabilities).max()), 0.5
    else:
        best, even = float(probabilities.max()), 1 / len(probabilities)
    return (best - even) / max(1 - even, 1e-9) >= UNDECIDED


def _who_answers_what(groups: Mapping[str, Sequence[str]], unsure: Sequence[str]) -> str:
    """Say it in one sentence; groups: answer -> the experts that give it."""
    if not groups:
        return say("All {count} experts are undecided.", count=len(unsure))
    if len(groups) == 1 and not unsure:
        ((answer, who),) = groups.items()
        return say("All {count} experts answer {answer}.", count=len(who), answer=answer)
    clauses = [_answer(who, answer) for answer, who in groups.items()]
    if unsure:
        clauses.append(_undecided(unsure))
    sentence = say("; ").join(clauses)
    return f"{sentence[0].upper()}{sentence[1:]}{say('.')}"


def _answer(who: Sequence[str], answer: str) -> str:
    if len(who) == 1:
        return say("{expert} answers {answer}", expert=who[0], answer=answer)
    return say("{experts} answer {answer}", experts=listing(who), answer=answer)


def _undecided(who: Sequence[str]) -> str:
    if len(who) == 1:
        return say("{expert} is undecided", expert=who[0])
    return say("{experts} are undecided", experts=listing(who))


def _grade(divergence: float) -> str:
    if divergence < 0.02:
        return say("Taken together they agree ({apart:.2f} on a scale from 0 to 1).", apart=divergence)
    if divergence < 0.15:
        return say(
            "Taken together they differ a little ({apart:.2f} on a scale from 0 to 1).", apart=divergence
        )
    if divergence < 0.4:
        return say(
            "Taken together they differ clearly ({apart:.2f} on a scale from 0 to 1).", apart=divergence
        )
    return say(
        "Taken together they contradict each other strongly ({apart:.2f} on a scale from 0 to 1).",
        apart=divergence,
    )


def cut_sentences(explanation: PairExplanation) -> list[str]:
    """Say which texts were not read to their end."""
    return [
        say(
            "Only the first {limit} pieces of '{input}' were read; it is longer.",
            limit=limit, input=input_label(name),
        )
        for name, limit in explanation.cut.items()
    ]  # fmt: skip


def says(explanation: PairExplanation, expert: ExpertView) -> str:
    """Say what one expert answers alone; one that hardly prefers anything is undecided."""
    if explanation.task == "regression":
        return say("estimates {answer}", answer=expert.prediction)
    if hardly_prefers(explanation, expert.probabilities):
        return say("undecided")
    return say("says {answer}", answer=answer_label(explanation.task, expert.prediction))


def hardly_prefers(explanation: PairExplanation, probabilities: np.ndarray) -> bool:
    """Say whether no class has more than about its even share."""
    return explanation.task == "multiclass" and not is_decided(explanation.task, probabilities)
