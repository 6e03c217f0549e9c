"""Lesson 3: the gate's weights of one sample under another temperature, its scores being what they are."""

from __future__ import annotations

import numpy as np


def scores_of(weights: np.ndarray, temperature: float) -> np.ndarray:
    """Return the gate's scores (E,) behind its weights, up to a number added to all; the largest is 0.

        w = softmax(s / T)   so   s = T log w + const

    temperature: T, the one that the weights came from.
    """
    known = np.log(np.maximum(np.asarray(weights, dtype=float), np.finfo(float).tiny))
    return temperature * (known - known.max())


def weights_at(scores: np.ndarray, temperature: float) -> np.ndarray:
    """Return softmax(scores / temperature), (E,); they sum to 1."""
    raised = np.exp((scores - np.max(scores)) / temperature)
    return raised / raised.sum()


def effective_experts(weights: np.ndarray) -> float:
    """Return how many experts have a say: exp of the weights' entropy, from 1 to E."""
    known = weights[weights > 0]
    return float(np.exp(-(known * np.log(known)).sum()))
