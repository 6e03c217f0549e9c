"""Progressive search: short fusions first, longer ones grown from the good ones, drawn by what is predicted.

    P(draw a) ~ exp(predicted score of a / T),   T falling from round to round

Reference: Pérez-Rúa et al. (MFAS), CVPR 2019, section 3.2 and algorithm 1. Deviations: T is in units of the
standard deviation of all scores so far; a round's longer fusions grow from the best of all rounds; the
predictor is a Gaussian process; each candidate is trained by itself, so that scores do not depend on the
order and a search can go on where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from i2moe_core.training.search.space import Architecture, Space
from i2moe_core.training.search.surrogate import predict_scores

HOTTEST, COLDEST = 2.0, 0.1


@dataclass(frozen=True)
class Plan:
    """How much is tried: ``samples`` new fusions of each length in each of ``rounds``."""

    rounds: int
    samples: int
    seed: int = 0

    def temperature(self, number: int) -> float:
        """Return the temperature of a round, falling geometrically."""
        share = number / (self.rounds - 1) if self.rounds > 1 else 1.0
        return float(HOTTEST * (COLDEST / HOTTEST) ** share)

    def budget(self, space: Space) -> int:
        """Return how many fusions are trained at most."""
        return min(self.rounds * self.samples * space.most, space.size())


def search(space: Space, plan: Plan, evaluate: Callable[[Architecture], float]) -> dict[Architecture, float]:
    """Return the scores of all that was tried, in order; the more the better, NaN where there is none.

    The first is always the one step on the last layers. The same seed and scores give the same search.
    """
    scores: dict[Architecture, float] = {}
    for number in range(plan.rounds):
        for length in range(1, space.most + 1):
            rng = np.random.default_rng([plan.seed, number, length])
            parents = [()] if length == 1 else best(scores, plan.samples, length - 1)
            pool = [a for a in space.extended(parents) if a not in scores]
            predicted = predict_scores(space, scores, pool)
            heat = plan.temperature(number) * _unit(scores)
            drawn = [pool[place] for place in draw(predicted, plan.samples, heat, rng)]
            if not scores:
                drawn = [space.last_layers(), *(a for a in drawn if a != space.last_layers())][: plan.samples]
            scores |= {architecture: evaluate(architecture) for architecture in drawn}
    return scores


def best(scores: Mapping[Architecture, float], count: int, length: int | None = None) -> list[Architecture]:
    """Return the best architectures (of one length), the simplest and then the first of equal ones first."""
    known = [a for a in scores if np.isfinite(scores[a]) and length in (None, len(a))]
    return sorted(known, key=lambda a: (-scores[a], len(a)))[:count]


def draw(predicted: np.ndarray, count: int, heat: float, rng: np.random.Generator) -> Sequence[int]:
    """Return up to ``count`` different places, drawn one after the other by exp(predicted / heat)."""
    noise = rng.gumbel(size=len(predicted))  # the largest of score + noise are such draws
    order: list[int] = np.argsort(-(predicted / heat + noise), kind="stable")[:count].tolist()
    return order


def _unit(scores: Mapping[Architecture, float]) -> float:
    known = [score for score in scores.values() if np.isfinite(score)]
    return max(float(np.std(known)), 1e-6) if known else 1.0
