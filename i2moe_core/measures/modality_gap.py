"""The modality gap: do the embeddings of two modalities lie in one place, or in two cones?"""

from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

_BLOCK = 4_000_000  # pairs held at a time
FOLDS = 5


@dataclass(frozen=True)
class Gap:
    """How two modalities' normalised embeddings lie to each other.

    distance: of the two centroids, 0..2. separability: AUROC of a linear classifier that tells the
    modalities apart on samples it has not seen; .5 where they are mixed, 1 where they lie apart.
    alignment: mean squared distance of partners, 0..4. uniformity: of either modality, 0 where all
    embeddings coincide, lower the more evenly they fill the sphere.
    """

    distance: float
    separability: float
    alignment: float
    uniformity: tuple[float, float]


def modality_gap(first: np.ndarray, second: np.ndarray, groups: np.ndarray, seed: int = 0) -> Gap:
    """Return the measures of two modalities' embeddings, (N, D) each, row i of both from sample i.

    groups: (N,) samples of one number (duplicates) fall into the same fold of the classifier.

    Raises:
        ValueError: the widths differ.
    """
    if first.shape != second.shape:
        raise ValueError(f"expected embeddings of one shape, but got {first.shape} and {second.shape}")
    a, b = normalized(first), normalized(second)
    return Gap(
        distance=centroid_distance(a, b),
        separability=separability(a, b, groups, seed),
        alignment=alignment(a, b),
        uniformity=(uniformity(a), uniformity(b)),
    )


def normalized(vectors: np.ndarray) -> np.ndarray:
    """Return rows of length 1, (N, D) float64; rows of zeros stay."""
    vectors = np.asarray(vectors, dtype=np.float64)
    unit: np.ndarray = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return unit


def centroid_distance(a: np.ndarray, b: np.ndarray) -> float:
    """Return the length of the gap vector, || mean a - mean b ||, of normalised rows.

    Reference: Liang et al., "Mind the Gap", NeurIPS 2022.
    """
    return float(np.linalg.norm(a.mean(0) - b.mean(0)))


def separability(
    a: np.ndarray, b: np.ndarray, groups: np.ndarray, seed: int = 0, folds: int = FOLDS
) -> float:
    """Return the cross-validated AUROC of a logistic regression that names the modality; NaN for one group.

    The mean over folds: scores of different classifiers are not comparable. A sample's two embeddings and
    its duplicates lie in one fold, so that none is known from training.
    """
    names, place = np.unique(groups, return_inverse=True)
    folds = min(folds, len(names))
    if folds < 2:
        return float("nan")
    fold = (np.random.default_rng(seed).permutation(len(names)) % folds)[place]
    scores = [_held_out(a, b, fold == k) for k in range(folds)]
    return float(np.mean(scores))


def alignment(a: np.ndarray, b: np.ndarray) -> float:
    """Return the mean of || a_i - b_i ||² over partners.

    Reference: Wang and Isola, ICML 2020, section 4.1, with alpha = 2.
    """
    return float(((a - b) ** 2).sum(1).mean())


def uniformity(a: np.ndarray, sharpness: float = 2.0) -> float:
    """Return log mean exp(-t || a_i - a_j ||²) over the pairs i < j of normalised rows; NaN for fewer than 2.

    Reference: Wang and Isola, ICML 2020, section 4.1, with t = 2.
    """
    count = len(a)
    if count < 2:
        return float("nan")
    height, total = max(1, _BLOCK // count), 0.0
    for start in range(0, count, height):
        cosines = a[start : start + height] @ a.T
        total += np.exp(2 * sharpness * (cosines - 1)).sum()
    lengths = (a**2).sum(1)
    total -= np.exp(2 * sharpness * (lengths - 1)).sum()  # each with itself
    return float(np.log(total / (count * (count - 1))))


def plane(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Return both modalities on their first two principal axes, (N, 2) each, and the variance held, 0..1.

    Either axis points to where its largest entry is positive, so that the picture is the same on any day.
    """
    both = np.concatenate([a, b])
    centred = both - both.mean(0)
    values, axes = np.linalg.eigh(centred.T @ centred)
    basis = axes[:, ::-1][:, :2]
    basis = basis * np.sign(basis[np.abs(basis).argmax(0), np.arange(basis.shape[1])])
    placed = centred @ basis
    held = float(values[::-1][:2].sum() / max(values.sum(), 1e-12))
    return placed[: len(a)], placed[len(a) :], held


def _held_out(a: np.ndarray, b: np.ndarray, out: np.ndarray) -> float:
    def stacked(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return np.concatenate([a[rows], b[rows]]), np.repeat([0, 1], rows.sum())

    x, y = stacked(~out)
    known = LogisticRegression(max_iter=1000).fit(x, y)
    x, y = stacked(out)
    return float(roc_auc_score(y, known.decision_function(x)))
