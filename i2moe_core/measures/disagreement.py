"""How far the experts' answers are apart: 0 where all say the same, 1 where each says something else."""

import numpy as np


def jensen_shannon(distributions: np.ndarray) -> np.ndarray:
    """Return the Jensen-Shannon divergence among E distributions, (E, ..., K) -> (...), in [0, 1].

    (H(mean) - mean H) / log E, every expert counted alike (Lin, 1991, with uniform weights). It reaches 1
    where all E are certain of different outcomes, which takes K >= E.
    """
    experts = len(distributions)
    if experts < 2:
        return np.zeros(distributions.shape[1:-1])
    spread = _entropy(distributions.mean(0)) - _entropy(distributions).mean(0)
    return np.clip(spread / np.log(experts), 0, 1)


def pairwise_jensen_shannon(distributions: np.ndarray) -> np.ndarray:
    """Return the divergence of each two experts in bits, (E, ..., K) -> (E, E, ...), in [0, 1]."""
    experts = len(distributions)
    result = np.zeros((experts, experts, *distributions.shape[1:-1]))
    for a in range(experts):
        for b in range(a + 1, experts):
            result[a, b] = result[b, a] = jensen_shannon(distributions[[a, b]])
    return result


def vote_entropy(votes: np.ndarray, outcomes: int) -> np.ndarray:
    """Return the entropy of the experts' votes, (E, ...) int -> (...), in [0, 1].

    1 where the votes are spread as evenly as E experts and ``outcomes`` possible answers allow.
    """
    distinct = min(len(votes), outcomes)
    if distinct < 2:
        return np.zeros(votes.shape[1:])
    counts = (votes[..., None] == np.arange(outcomes)).mean(0)  # (..., K)
    return np.clip(_entropy(counts) / _entropy(_even(len(votes), distinct)), 0, 1)


def answer_variance(weights: np.ndarray, answers: np.ndarray) -> np.ndarray:
    """Return the variance of the experts' logits under the gate's weights, per class, (..., C).

    weights: (E, ...); answers: (E, ..., C). Zero where all experts with weight give the same logit.
    """
    share = weights[..., None]
    mean = (share * answers).sum(0)
    return (share * (answers - mean) ** 2).sum(0)


def sign_split(contributions: np.ndarray) -> np.ndarray:
    """Return, per class, the share of experts that pull towards it, (E, ..., C) -> (..., C).

    Contributions are centred over the classes first, because adding a number to all logits changes no
    answer; a single class (a regression) is taken as it is.
    """
    if contributions.shape[-1] > 1:
        contributions = contributions - contributions.mean(-1, keepdims=True)
    return (contributions > 0).mean(0)


def _entropy(p: np.ndarray) -> np.ndarray:
    return -(p * np.log(np.where(p > 0, p, 1))).sum(-1)


def _even(voters: int, distinct: int) -> np.ndarray:
    counts = np.full(distinct, voters // distinct)
    counts[: voters % distinct] += 1
    return counts / voters
