"""What predicts the score of a fusion that was not trained from those that were: a Gaussian process."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel

from i2moe_core.training.search.space import Architecture, Space

FEWEST = 3  # scores below which nothing is predicted


def predict_scores(
    space: Space, known: Mapping[Architecture, float], pool: Sequence[Architecture]
) -> np.ndarray:
    """Return the expected score of every architecture in ``pool``, (N,).

    known: scores so far; those that are not finite say nothing. With too few of them, or with equal ones, all
    of the pool are expected to score as their mean.
    """
    scored = {architecture: score for architecture, score in known.items() if np.isfinite(score)}
    scores = np.array(list(scored.values()))
    if len(scores) < FEWEST or np.ptp(scores) == 0 or not pool:
        return np.full(len(pool), scores.mean() if len(scores) else 0.0)
    process = GaussianProcessRegressor(_kernel(), normalize_y=True)
    with warnings.catch_warnings():
        # Few scores leave a length or the noise at its bound, which is as good as any value beyond.
        warnings.simplefilter("ignore", ConvergenceWarning)
        process.fit(np.stack([encode(space, architecture) for architecture in scored]), scores)
    predicted: np.ndarray = process.predict(np.stack([encode(space, architecture) for architecture in pool]))
    return predicted


def encode(space: Space, architecture: Architecture) -> np.ndarray:
    """Return an architecture as numbers: each step's choices as one-hots, and how often each was chosen.

    Steps that are not there are zeros. The shares of all steps let what is learned of one step speak for
    the others.
    """
    one_hots = np.zeros((space.most, sum(space.layers) + len(space.activations)))
    firsts = np.cumsum([0, *space.layers])
    for row, (layers, name) in zip(one_hots, architecture, strict=False):
        row[[*(firsts[:-1] + layers), firsts[-1] + space.activations.index(name)]] = 1
    shares = one_hots.sum(0) / len(architecture)
    return np.concatenate([one_hots.ravel(), shares])


def _kernel() -> ConstantKernel:
    return ConstantKernel(1.0, (1e-1, 1e2)) * RBF(2.0, (0.5, 20.0)) + WhiteKernel(0.1, (1e-4, 1.0))
