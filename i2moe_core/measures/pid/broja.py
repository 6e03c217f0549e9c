"""BROJA: the partial information decomposition of a discrete table of two sources and a target, certified.

The optimum is found by ``least_synergy``, which also bounds how far away it can be.
"""

import math
import warnings
from dataclasses import dataclass
from typing import Literal

import numpy as np

from i2moe_core.errors import InputError
from i2moe_core.measures.pid.least_synergy import least_synergy, negative_entropy

Unit = Literal["bits", "nats"]
_NOTHING = 1e-12  # rarer cells carry no measurable information and spoil the solver's numbers


@dataclass(frozen=True)
class Broja:
    """The four parts, which sum to ``joint`` = I(X1, X2; Y), and how exact they are.

    gap: no part is further than this from the exact optimum's (same unit). minimiser: (n1, n2, Y), the
    distribution with the table's (X1, Y) and (X2, Y) marginals that has the least synergy.
    """

    unique_1: float
    unique_2: float
    synergy: float
    redundancy: float
    joint: float
    gap: float
    converged: bool
    minimiser: np.ndarray


def broja(table: np.ndarray, unit: Unit = "bits", tolerance: float = 1e-6) -> Broja:
    """Return the decomposition of ``table``, (n1, n2, Y) counts or probabilities.

        unique_1 = min_q I_q(X1; Y | X2)  over the q with q(x1, y) = p(x1, y) and q(x2, y) = p(x2, y)
        redundancy = I(X1; Y) - unique_1,  unique_2 = I(X2; Y) - redundancy,
        synergy = I(X1, X2; Y) - unique_1 - unique_2 - redundancy

    Reference: Bertschinger, Rauh, Olbrich, Jost, Ay, Entropy 2014, definition 1. tolerance: the largest gap
    in nats; where it is missed, ``converged`` is False and a warning says by how much.

    Raises:
        InputError: the table is not three-dimensional, holds negative or unbounded numbers, or is empty.
    """
    p = _checked(table)
    first, second = p.sum(1), p.sum(0)  # (n1, Y), (n2, Y)
    minimiser, bound = least_synergy(first, second, tolerance)
    value = negative_entropy(minimiser)
    gap = max(value - bound, 0.0)
    if gap > tolerance:
        text = f"BROJA stopped {gap:.1e} nats from its bound; {tolerance:.0e} was asked."
        warnings.warn(text, stacklevel=2)
    one, two, joint = _information(first), _information(second), _information(p.reshape(-1, p.shape[-1]))
    # Every number between the bounds is as good; this one leaves no part below zero.
    unique = min(value - negative_entropy(second[None]), one, joint - two)
    scale = math.log(2) if unit == "bits" else 1.0
    return Broja(
        unique_1=max(unique, 0.0) / scale,
        unique_2=max(two - one + unique, 0.0) / scale,
        synergy=max(joint - two - unique, 0.0) / scale,
        redundancy=max(one - unique, 0.0) / scale,
        joint=joint / scale,
        gap=gap / scale,
        converged=gap <= tolerance,
        minimiser=minimiser,
    )


def _checked(table: np.ndarray) -> np.ndarray:
    p = np.array(table, dtype=np.float64)
    if p.ndim != 3:
        raise InputError(f"The table has {p.ndim} axes; BROJA needs three: source 1, source 2, target.")
    if not np.isfinite(p).all() or (p < 0).any():
        raise InputError("The table holds negative or unbounded numbers; give counts or probabilities.")
    if p.sum() <= 0:
        raise InputError("The table is empty; BROJA needs at least one sample.")
    p /= p.sum()
    p[p < _NOTHING] = 0
    return p / p.sum()


def _information(joint: np.ndarray) -> float:
    """Return I(X; Y) in nats of a joint table (n, Y)."""
    return negative_entropy(joint[None]) - negative_entropy(joint.sum(0)[None, None])
