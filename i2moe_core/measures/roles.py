"""The role test: does an expert react to swapped inputs as its name says?

Every score is ability times specificity, both measured on distributions (N, L, K) of one expert before and
after one or more modalities are replaced by another sample's. ability = what the expert gets right above
chance, as a share of what the whole mixture gets right above chance (``ceiling``).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class RoleScore:
    """One expert's role: score = ability * specificity, clipped to [0, 1]; the parts are as measured."""

    score: float
    ability: float
    specificity: float
    samples: int
    details: dict[str, float]


def uniqueness_role(
    full: np.ndarray,
    own: np.ndarray,
    others: np.ndarray,
    targets: np.ndarray,
    chance: float,
    ceiling: float,
) -> RoleScore:
    """Score "right without the others, moved by its own modality alone".

        (acc after swapping the others - chance) / ceiling * (1 - 2 TV_other / (TV_own + TV_other))

    full, own, others: (N, L, K) with nothing, its own modality, all other modalities swapped.
    targets: (N, L).
    An expert that no swap moves has specificity 0.
    """
    moved_own, moved_others = total_variation(full, own), total_variation(full, others)
    right = accuracy(others, targets)
    moved = moved_own + moved_others
    specificity = 1 - 2 * moved_others / moved if moved > 0 else 0.0
    details = {"accuracy_others_swapped": right, "tv_own": moved_own, "tv_others": moved_others}
    return _role(_ability(right - chance, ceiling), specificity, len(full), details)


def synergy_role(
    full: np.ndarray, swapped: Sequence[np.ndarray], targets: np.ndarray, ceiling: float
) -> RoleScore:
    """Score "right with all modalities together only, and silent when they do not belong together".

        (acc - max_m acc after swap m) / ceiling * (1 - (confidence after swap - 1/K) / (1 - 1/K))

    full: (N, L, K); swapped: M of them, modality m swapped; confidence: the mean over the swaps.
    """
    right = accuracy(full, targets)
    after = [accuracy(s, targets) for s in swapped]
    confident = float(np.mean([confidence(s) for s in swapped]))
    details = {"accuracy": right, "accuracy_swapped": max(after), "confidence_swapped": confident}
    return _role(_ability(right - max(after), ceiling), _silence(confident, full), len(full), details)


def redundancy_role(
    agreeing: Sequence[np.ndarray],
    contradicting: Sequence[np.ndarray],
    targets: Sequence[np.ndarray],
    chance: float,
    ceiling: float,
) -> RoleScore:
    """Score "right while the modalities agree, silent when they contradict each other".

        (acc after an agreeing swap - chance) / ceiling
            * (1 - (confidence after a contradicting swap - 1/K) / (1 - 1/K))

    agreeing, contradicting: M of them, (N_m, L, K) each, modality m taken from a sample that says the same,
    or something else; targets: (N_m, L) of the agreeing ones. Means over m.
    """
    right = float(np.mean([accuracy(a, t) for a, t in zip(agreeing, targets, strict=True)]))
    confident = float(np.mean([confidence(c) for c in contradicting]))
    details = {"accuracy_agreeing": right, "confidence_contradicting": confident}
    specificity = _silence(confident, contradicting[0])
    return _role(_ability(right - chance, ceiling), specificity, len(targets[0]), details)


def accuracy(distributions: np.ndarray, targets: np.ndarray) -> float:
    """Return the share of questions whose largest outcome is right: (N, L, K) and (N, L)."""
    return float((distributions.argmax(-1) == targets).mean())


def confidence(distributions: np.ndarray) -> float:
    """Return the mean probability of the largest outcome."""
    return float(distributions.max(-1).mean())


def total_variation(before: np.ndarray, after: np.ndarray) -> float:
    """Return the mean total variation, half the summed absolute difference, in [0, 1]."""
    return float(np.abs(before - after).sum(-1).mean() / 2)


def _ability(above_chance: float, ceiling: float) -> float:
    return above_chance / ceiling if ceiling > 0 else 0.0


def _silence(confident: float, distributions: np.ndarray) -> float:
    floor = 1 / distributions.shape[-1]
    return 1 - (confident - floor) / (1 - floor)


def _role(ability: float, specificity: float, samples: int, details: dict[str, float]) -> RoleScore:
    # Each factor is cut at 0 first: two negative ones must not make a good score.
    score = min(1.0, max(0.0, ability) * max(0.0, specificity))
    return RoleScore(score, ability, specificity, samples, details)
