"""Small numbers behind the figures of a pair, on pages and in reports: numpy alone, no model."""

from __future__ import annotations

import numpy as np

from i2moe_core.expert_set import read_name
from i2moe_core.types import REDUNDANCY, SYNERGY, PairExplanation

STILL = 0.05  # a mean movement below this counts as none


def jensen_shannon(first: np.ndarray, second: np.ndarray) -> float:
    """Return the Jensen-Shannon divergence of two distributions (C,) in bits, in [0, 1]."""
    middle = (first + second) / 2

    def divergence(p: np.ndarray) -> float:
        at = p > 0
        return float((p[at] * np.log2(p[at] / middle[at])).sum())

    return max(0.0, (divergence(first) + divergence(second)) / 2)


def pairwise_distances(explanation: PairExplanation) -> np.ndarray:
    """Return the distance of each two experts' answers, (E, E) in [0, 1].

    Several labels: the mean over the labels, each a distribution over yes and no.
    """
    said = [expert.probabilities for expert in explanation.experts]
    distance = _label_distance if explanation.task == "multilabel" else jensen_shannon
    return np.array([[distance(p, q) for q in said] for p in said])


def _label_distance(first: np.ndarray, second: np.ndarray) -> float:
    pairs = zip(first, second, strict=True)
    return float(np.mean([jensen_shannon(np.array([p, 1 - p]), np.array([q, 1 - q])) for p, q in pairs]))


def movements(explanation: PairExplanation) -> np.ndarray:
    """Return how far each expert's answer moves when one input is another sample's, (E, M), mean over K.

    For classes the total variation, for labels the mean change of a probability, for a number its change.
    """
    given = np.stack([expert.probabilities for expert in explanation.experts])[:, None, None, :]
    change = np.abs(explanation.perturbed - given)
    if explanation.task == "multiclass":
        return np.asarray(change.sum(axis=-1).mean(axis=-1) / 2)
    return np.asarray(change.mean(axis=(-1, -2)))


def reacts_as_named(name: str, moves: np.ndarray, modalities: tuple[str, ...]) -> bool | None:
    """Judge one expert by its movements (M,): True, False, or None where one sample cannot tell.

    A uniqueness expert must move with its own input only, synergy with all its own. A redundancy expert keeps
    its answer where the other input agrees and drops it where that contradicts: the audit tests it, not this.
    """
    parts = read_name(name)
    if parts.role == REDUNDANCY or not set(parts.modalities) <= set(modalities):
        return None
    places = [modalities.index(own) for own in parts.modalities or modalities]
    if parts.role == SYNERGY:
        return bool((moves[places] >= STILL).all())
    if len(parts.modalities) != 1:
        return None
    at = places[0]
    others = np.delete(moves, at)
    return bool(moves[at] >= STILL and (others.size == 0 or others.max() < moves[at] / 2))


def pulls(explanation: PairExplanation) -> np.ndarray:
    """Return the contributions centred over the classes, (E, C): which way each expert pulls."""
    contributions = np.stack([expert.contribution for expert in explanation.experts])
    if explanation.task != "multiclass":
        return contributions
    return contributions - contributions.mean(axis=1, keepdims=True)


def parts_of(explanation: PairExplanation, wanted: int, rather: int | None = None) -> np.ndarray:
    """Return each expert's part (E,) in the score of a class, or in its lead over another class."""
    contributions = np.stack([expert.contribution for expert in explanation.experts])
    part = contributions[:, wanted]
    return part if rather is None else part - contributions[:, rather]


def normalised(weights: np.ndarray) -> np.ndarray | None:
    """Return weights that sum to 1, or None where all are zero."""
    total = float(weights.sum())
    return None if total <= 0 else weights / total
