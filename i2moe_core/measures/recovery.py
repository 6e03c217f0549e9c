"""Do weights, contributions and experts name the interaction that is really there? Scores with known truth.

Scores are of shape (N, E): the gate's weights or the contribution shares of N samples. ``truth`` (N,) holds
the number of the true interaction, which is also the number of the expert that should have it.
"""

from collections.abc import Sequence

import numpy as np
from sklearn.metrics import roc_auc_score


def balanced_argmax(scores: np.ndarray, truth: np.ndarray) -> float | None:
    """Return how often the largest score names the true interaction, averaged over the true types.

    Chance is 1 / E, also for scores that never change. None where there are no samples.
    """
    named = scores.argmax(-1)
    hits = [float((named[truth == kind] == kind).mean()) for kind in np.unique(truth)]
    return float(np.mean(hits)) if hits else None


def type_auroc(scores: np.ndarray, truth: np.ndarray) -> float | None:
    """Return the AUROC of each expert's score for its own type against the rest, averaged over the types.

    Chance .5. None where the samples are all of one type.
    """
    kinds = np.unique(truth)
    if len(kinds) < 2:
        return None
    return float(np.mean([roc_auc_score(truth == kind, scores[:, kind]) for kind in kinds]))


def leak(weights: np.ndarray, predictions: np.ndarray) -> float | None:
    """Return how well one weight alone gives one predicted class away: max over experts and classes of AUROC.

    max_{k, c} AUROC(w_k -> prediction is c). .5 is ideal, above .7 fails where type and class are
    independent. Only large weights count as giving away: with two classes the maximum covers both directions,
    with more a weight that merely falls for a class is seen through the classes for which it rises. None
    where fewer than two classes are predicted.
    """
    classes = np.unique(predictions)
    if len(classes) < 2:
        return None
    return max(
        float(roc_auc_score(predictions == c, weights[:, k]))
        for k in range(weights.shape[1])
        for c in classes
    )


def irs(argmax: float | None, roles: Sequence[float | None], types: int) -> float | None:
    """Return the Interaction Recovery Score: 1 perfect, 0 chance.

        G = max(0, (argmax - 1/K) / (1 - 1/K)),  E = mean role,  IRS = 2 G E / (G + E)

    argmax: ``balanced_argmax`` of the contribution shares; roles: the role scores, None where a role had no
    samples; types: K. None without an argmax or any role.
    """
    known = [role for role in roles if role is not None]
    if argmax is None or not known:
        return None
    recovered = max(0.0, (argmax - 1 / types) / (1 - 1 / types))
    role = float(np.mean(known))
    return 2 * recovered * role / (recovered + role) if recovered + role > 0 else 0.0
