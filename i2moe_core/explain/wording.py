"""Predictions and disagreement in words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from i2moe_core.explain.numbers import joined, listing
from i2moe_core.explain.palette import expert_label
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


def disagreement_sentence(
    task: Task,
    names: Sequence[str],
    predictions: Sequence[str],
    outcomes: np.ndarray,
    divergence: float,
) -> str:
    """Say who answers what, who is undecided, and how strongly the experts disagree.

    outcomes: (E, L, K), each expert's distributions.
    """
    how = _grade(divergence)
    if task == "regression":
        told = listing([f"{n} {p}" for n, p in zip(names, predictions, strict=True)])
        return joined([say("The experts' estimates: {estimates}.", estimates=told), how])
    floor = 1 / outcomes.shape[-1]
    decided = (outcomes.max(-1).max(-1) - floor) / (1 - floor) >= UNDECIDED  # (E,)
    groups: dict[str, list[str]] = {}
    for name, prediction, sure in zip(names, predictions, decided, strict=True):
        if sure:
            groups.setdefault(answer_label(task, prediction), []).append(name)
    unsure = [name for name, sure in zip(names, decided, strict=True) if not sure]
    return joined([_who_answers_what(groups, unsure), how])


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


def named_disagreement(explanation: PairExplanation) -> str:
    """Return the sentence of disagreement with the experts' plain names in the place of their codes."""
    labels = {expert.name.lower(): expert_label(expert.name) for expert in explanation.experts}
    longest = sorted(labels, key=len, reverse=True)  # "synergy" begins "synergy:image+text"
    names = re.compile("|".join(re.escape(name) for name in longest), re.IGNORECASE)
    sentence = str(explanation.disagreement["sentence"])
    return names.sub(lambda found: labels[found.group().lower()], sentence)


def says(explanation: PairExplanation, expert: ExpertView) -> str:
    """Say what one expert answers alone; one that hardly prefers anything is undecided."""
    if explanation.task == "regression":
        return say("estimates {answer}", answer=expert.prediction)
    if hardly_prefers(explanation, expert.probabilities):
        return say("undecided")
    return say("says {answer}", answer=answer_label(explanation.task, expert.prediction))


def hardly_prefers(explanation: PairExplanation, probabilities: np.ndarray) -> bool:
    """Say whether no class has more than about its even share."""
    if explanation.task != "multiclass":
        return False
    even = 1 / len(explanation.classes)
    return bool((probabilities.max() - even) / max(1 - even, 1e-9) < UNDECIDED)
