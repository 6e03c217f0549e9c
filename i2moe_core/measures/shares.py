"""How much of the answer is each expert's: shares of contributions, in evidence rather than in raw logits."""

import numpy as np


def contribution_shares(weights: np.ndarray, evidence: np.ndarray, class_weights: np.ndarray) -> np.ndarray:
    """Return each expert's share of the answer, (N, E), rows sum to 1.

        share_k ~ sum_c p(c) |w_k e_k(c)|

    weights: (N, E), the gate's. evidence: (E, N, C), what each expert's answer adds to the prior
    (log-probability minus log prior; log-odds minus prior log-odds; prediction minus mean).
    class_weights: (N, C), the mixture's probabilities; for labels and regression uniform.
    Where no expert adds anything the shares are equal: nobody holds the answer.
    """
    sizes = np.abs(evidence * class_weights).sum(-1).T * weights  # (N, E)
    totals = sizes.sum(-1, keepdims=True)
    equal = np.full_like(sizes, 1 / sizes.shape[-1])
    return np.divide(sizes, totals, out=equal, where=totals > 0)
