"""How far the experts' answers are apart: 0 where all say the same, 1 where each says something else."""

from dataclasses import dataclass

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


def contradictions(answers: np.ndarray, answered: np.ndarray | None = None) -> np.ndarray:
    """Return which experts contradict which: the share of what both answer that they answer differently.

    (E, E), symmetric. answers: (E, ...) int, one axis or more of samples and questions; answered: (E, ...)
    bool, all True where None (an expert may have no answer where its modality is missing). NaN where two
    never answer both.
    """
    said = answers.reshape(len(answers), -1)
    spoke = np.ones(said.shape, bool) if answered is None else answered.reshape(said.shape)
    experts = range(len(said))
    both = spoke.astype(float) @ spoke.T.astype(float)
    apart = np.array([[(spoke[a] & spoke[b] & (said[a] != said[b])).sum() for b in experts] for a in experts])
    return np.divide(apart, both, out=np.full(both.shape, np.nan), where=both > 0)


def contribution_variance(weights: np.ndarray, logits: np.ndarray) -> np.ndarray:
    """Return how far apart the experts pull in each sample, weighted by the gate, (N,), in squared logits.

        mean_c sum_k w_k (z_kc - sum_j w_j z_jc)²,  each z_k centred over its classes

    weights: (E, N); logits: (E, N, C). Centred because adding a number to all logits changes no answer; a
    single class (a regression) is taken as it is. The variance is of z under w, not of the products w z:
    those differ between experts of one opinion and unequal weights.
    """
    if logits.shape[-1] > 1:
        logits = logits - logits.mean(-1, keepdims=True)
    return answer_variance(weights, logits).mean(-1)


def unanimous(votes: np.ndarray) -> np.ndarray:
    """Return whether all experts give the same answer, (E, ...) -> (...) bool."""
    return (votes == votes[:1]).all(0)


@dataclass(frozen=True)
class Quadrants:
    """How many samples there are of agree/disagree x right/wrong."""

    agree_right: int
    agree_wrong: int
    disagree_right: int
    disagree_wrong: int

    @property
    def accuracy_agree(self) -> float:
        """How often the answer is right where the experts agree; NaN where they never do."""
        return _part(self.agree_right, self.agree_wrong)

    @property
    def accuracy_disagree(self) -> float:
        """How often the answer is right where the experts disagree; NaN where they never do."""
        return _part(self.disagree_right, self.disagree_wrong)


def quadrants(agree: np.ndarray, right: np.ndarray) -> Quadrants:
    """Return the four counts of two columns, (N,) bool."""
    counts = np.bincount(2 * ~agree.astype(bool) + ~right.astype(bool), minlength=4)
    return Quadrants(*(int(n) for n in counts))


def _part(hits: int, misses: int) -> float:
    return hits / (hits + misses) if hits + misses else float("nan")


def _entropy(p: np.ndarray) -> np.ndarray:
    return -(p * np.log(np.where(p > 0, p, 1))).sum(-1)


def _even(voters: int, distinct: int) -> np.ndarray:
    counts = np.full(distinct, voters // distinct)
    counts[: voters % distinct] += 1
    return counts / voters
