"""Predictions and disagreement in words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from i2moe_core.types import ExpertView, PairExplanation, Task

UNDECIDED = 0.1  # of the way from an even guess to certainty; below it an expert names no answer


def prediction_name(task: Task, classes: Sequence[str], probabilities: np.ndarray) -> str:
    """Return an answer (C,) in words: the class, the labels above one half, or the number."""
    if task == "regression":
        return f"{probabilities[0]:.4g}"
    if task == "multiclass":
        return classes[int(probabilities.argmax())]
    return ", ".join(name for name, p in zip(classes, probabilities, strict=True) if p > 0.5) or "none"


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
        said = ", ".join(f"{n} {p}" for n, p in zip(names, predictions, strict=True))
        return f"The experts' estimates: {said}. {how}"
    floor = 1 / outcomes.shape[-1]
    decided = (outcomes.max(-1).max(-1) - floor) / (1 - floor) >= UNDECIDED  # (E,)
    groups: dict[str, list[str]] = {}
    for name, prediction, sure in zip(names, predictions, decided, strict=True):
        if sure:
            groups.setdefault(prediction, []).append(name)
    parts = [f"{_listed(who)} {_verb(who, 'answers', 'answer')} {what}" for what, who in groups.items()]
    unsure = [name for name, sure in zip(names, decided, strict=True) if not sure]
    if unsure:
        parts.append(f"{_listed(unsure)} {_verb(unsure, 'is', 'are')} undecided")
    if not groups:
        return f"All {len(names)} experts are undecided. {how}"
    if len(groups) == 1 and not unsure:
        return f"All {len(names)} experts answer {predictions[0]}. {how}"
    sentence = "; ".join(parts)
    return f"{sentence[0].upper()}{sentence[1:]}. {how}"


def _grade(divergence: float) -> str:
    for limit, words in ((0.02, "agree"), (0.15, "differ a little"), (0.4, "differ clearly")):
        if divergence < limit:
            return f"Taken together they {words} ({divergence:.2f} on a scale from 0 to 1)."
    return f"Taken together they contradict each other strongly ({divergence:.2f} on a scale from 0 to 1)."


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _verb(names: Sequence[str], one: str, many: str) -> str:
    return one if len(names) == 1 else many


def says(explanation: PairExplanation, expert: ExpertView) -> str:
    """Say what one expert answers alone; one that hardly prefers anything is undecided."""
    if explanation.task == "regression":
        return f"estimates {expert.prediction}"
    if hardly_prefers(explanation, expert.probabilities):
        return "undecided"
    return f"says {expert.prediction}"


def hardly_prefers(explanation: PairExplanation, probabilities: np.ndarray) -> bool:
    """Say whether no class has more than about its even share."""
    if explanation.task != "multiclass":
        return False
    even = 1 / len(explanation.classes)
    return bool((probabilities.max() - even) / max(1 - even, 1e-9) < UNDECIDED)
