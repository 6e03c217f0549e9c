"""Lesson 6: two experts' answers, how far apart they are, and what kind of disagreement it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from i2moe_core.measures.disagreement import jensen_shannon

FIRST = np.array([0.8, 0.15, 0.05])  # what the expert that stays answers, over three classes
UNSURE = 0.95  # of the largest entropy: an answer as flat as that knows nothing
Kind = Literal["agree", "unknowing", "contradict"]


@dataclass(frozen=True)
class TwoViews:
    """Two answers (C,), their even mean, their divergence in bits [0, 1], and what kind of apart they are."""

    first: np.ndarray
    second: np.ndarray
    mean: np.ndarray
    divergence: float
    kind: Kind


def second_answer(belief: float) -> np.ndarray:
    """Return an answer over three classes from one number in 0..1.

    At 0 all is on the second class, at 1 on the first; half way it knows nothing.
    """
    if belief >= 0.5:
        return np.array([belief * 4 / 3 - 1 / 3, *([(1 - belief) * 2 / 3] * 2)])
    return second_answer(1 - belief)[[1, 0, 2]]


def compare(second: np.ndarray, first: np.ndarray = FIRST) -> TwoViews:
    """Return how far two answers (C,) are apart and why: one knows nothing, or each says something else."""
    both = np.stack([first, second])
    if both.argmax(1).tolist().count(int(both[0].argmax())) == 2 and entropy_share(second) < UNSURE:
        kind: Kind = "agree"
    else:
        kind = "unknowing" if entropy_share(second) >= UNSURE else "contradict"
    return TwoViews(first, second, both.mean(0), float(jensen_shannon(both)), kind)


def entropy_share(answer: np.ndarray) -> float:
    """Return an answer's entropy as a share of the largest possible one, in 0..1."""
    known = answer[answer > 0]
    return float(-(known * np.log(known)).sum() / np.log(len(answer)))
