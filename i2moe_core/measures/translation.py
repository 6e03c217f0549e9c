"""A linear map from one modality's vectors to another's: translation where nothing brought them together."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from i2moe_core.measures.modality_gap import normalized


@dataclass(frozen=True)
class Translation:
    """A ridge map: y = (x - source) @ weights, to be compared with (target - centre) / scale.

    source: (D,) mean of the one space. weights: (D, D'). centre, scale: (D',) of the other.
    """

    source: np.ndarray
    weights: np.ndarray
    centre: np.ndarray
    scale: np.ndarray

    def queries(self, x: np.ndarray) -> np.ndarray:
        """Return translated vectors of length 1, (N, D) -> (N, D')."""
        return normalized((np.asarray(x, dtype=np.float64) - self.source) @ self.weights)

    def items(self, y: np.ndarray) -> np.ndarray:
        """Return the other space's own vectors as they are compared with translated ones, (N, D')."""
        return normalized((np.asarray(y, dtype=np.float64) - self.centre) / self.scale)


def fit_translations(x: np.ndarray, y: np.ndarray, penalties: Sequence[float]) -> list[Translation]:
    """Return a ridge map from x (N, D) to y (N, D') for each penalty, all from one decomposition.

        W = (X'X + N p I)^-1 X'Y,   X and Y centred and of unit variance in each dimension

    Reference: Hoerl and Kennard, Technometrics 1970.
    """
    source, spread = x.mean(0), _spread(x)
    centre, scale = y.mean(0), _spread(y)
    from_, to = (x - source) / spread, (y - centre) / scale
    values, axes = np.linalg.eigh(from_.T @ from_)
    turned = axes.T @ (from_.T @ to)
    maps = []
    for penalty in penalties:
        weights = axes @ (turned / (np.maximum(values, 0) + len(x) * penalty)[:, None])
        maps.append(Translation(source, weights / spread[:, None], centre, scale))
    return maps


def _spread(x: np.ndarray) -> np.ndarray:
    """Return each dimension's standard deviation; 1 where it does not vary."""
    deviation = x.std(0)
    return np.where(deviation > 1e-8, deviation, 1.0)
