"""EMAP: what a model would answer if its modalities could only add up, and what it loses by that."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch

from i2moe_core.measures.classification import headline
from i2moe_core.types import Task


def additive_projection(logits: np.ndarray) -> np.ndarray:
    """Return the best additive account of a two-modality model on its own samples, (N, C), exact.

        EMAP_i = mean_j f(x1_i, x2_j) + mean_j f(x1_j, x2_i) - mean_jk f(x1_j, x2_k)

    logits: (N, N, C), f of sample i's first modality with sample j's second one. Reference: Hessel and Lee,
    EMNLP 2020, algorithm 1.
    """
    return additive_from_means(np.stack([logits.mean(1), logits.mean(0)]))


def additive_from_means(means: np.ndarray) -> np.ndarray:
    """Return the projection on sums of one-modality terms, (N, C).

        EMAP_i = sum_m mean_m,i - (M - 1) * mean,   mean: the model's mean over all combinations

    means: (M, N, C), the mean logits with sample i's modality m held and the others taken from all samples;
    or from some of them (``partners``), then an estimate.
    """
    modalities = len(means)
    projected: np.ndarray = means.sum(0) - (modalities - 1) * means.mean((0, 1))
    return projected


def means_from_blocks(
    blocks: Iterable[tuple[int, int, np.ndarray]], samples: int, classes: int
) -> np.ndarray:
    """Return the means that ``additive_from_means`` takes, (2, N, C), from pieces of the (N, N, C) array.

    blocks: (first row, first column, piece (r, c, C)), in any order, together the whole array once; only
    one piece is held at a time.

    Raises:
        ValueError: the pieces do not hold N x N pairs.
    """
    sums, pairs = np.zeros((2, samples, classes)), 0
    for row, column, piece in blocks:
        sums[0, row : row + piece.shape[0]] += piece.sum(1)
        sums[1, column : column + piece.shape[1]] += piece.sum(0)
        pairs += piece.shape[0] * piece.shape[1]
    if pairs != samples**2:
        raise ValueError(f"The blocks hold {pairs} pairs, expected {samples} x {samples} = {samples**2}.")
    return sums / samples


def partners(samples: int, modalities: int, draws: int, seed: int) -> np.ndarray:
    """Return which sample lends each modality, (M, draws, N, M) int: held modality, draw, sample, modality.

    The held modality is the sample's own. The others are shifted around the circle of samples, in every draw
    by another number for each modality, so that every sample lends equally often. With draws = N every
    modality meets all samples: exact for M = 2, and for M > 2 where the model is additive.
    """
    random = np.random.default_rng(seed)
    own = np.arange(samples)
    shifts = np.stack(
        [[_shifts(random, samples, draws) for _ in range(modalities)] for _ in range(modalities)]
    )  # (held, modality, draws)
    shifts[np.arange(modalities), np.arange(modalities)] = 0
    lent: np.ndarray = (own[:, None] + shifts.transpose(0, 2, 1)[:, :, None]) % samples
    return lent


def _shifts(random: np.random.Generator, samples: int, draws: int) -> np.ndarray:
    rounds = -(-draws // samples)
    return np.concatenate([random.permutation(samples) for _ in range(rounds)])[:draws]


@dataclass(frozen=True)
class EmapGap:
    """The model's headline measure, its additive projection's, and how far they are apart.

    changed: the share of samples whose answer the projection changes (of labels for multi-label; NaN for
    regression). A small gap means that adding up suffices on these samples, not that the model cannot
    interact.
    """

    full: float
    additive: float
    gap: float
    changed: float


def emap_gap(task: Task, logits: np.ndarray, projected: np.ndarray, targets: np.ndarray) -> EmapGap:
    """Return the gap between a model's answers, (N, C) logits, and its additive projection's, (N, C)."""
    full, additive = (
        headline(task, torch.from_numpy(x), torch.from_numpy(targets)) for x in (logits, projected)
    )
    return EmapGap(full, additive, full - additive, _changed(task, logits, projected))


def _changed(task: Task, before: np.ndarray, after: np.ndarray) -> float:
    if task == "regression":
        return float("nan")
    if task == "multilabel":
        return float(((before > 0) != (after > 0)).mean())
    return float((before.argmax(-1) != after.argmax(-1)).mean())
