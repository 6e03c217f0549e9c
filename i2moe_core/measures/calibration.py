"""Whether a probability means what it says: calibration error and Brier score."""

import numpy as np


def expected_calibration_error(probabilities: np.ndarray, targets: np.ndarray, bins: int = 15) -> float:
    """Return the mean gap between confidence and accuracy over equally wide bins of confidence.

    probabilities: (N, K); targets: (N,) int. Reference: Guo et al., ICML 2017, equation 3. NaN for N = 0.
    """
    if len(targets) == 0:
        return float("nan")
    confidence = probabilities.max(-1)
    right = probabilities.argmax(-1) == targets
    place = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    gaps = np.bincount(place, weights=right - confidence, minlength=bins)
    return float(np.abs(gaps).sum() / len(targets))


def brier_score(probabilities: np.ndarray, targets: np.ndarray) -> float:
    """Return the mean squared distance between the distribution and the truth, in [0, 2].

    probabilities: (N, K); targets: (N,) int. Reference: Brier, 1950. NaN for N = 0.
    """
    if len(targets) == 0:
        return float("nan")
    truth = np.eye(probabilities.shape[-1])[targets]
    return float(((probabilities - truth) ** 2).sum(-1).mean())
