"""From samples to the joint table that BROJA takes, and how much information chance alone would show.

The natural variables of a data set are each modality's own prediction (its probe's answer, or the binned
probability of one class) and the label.
"""

import math

import numpy as np

from i2moe_core.errors import InputError
from i2moe_core.measures.pid.broja import broja


def joint_table(a: np.ndarray, b: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return how often each combination occurs, (n1, n2, Y) int64, without smoothing.

    a, b, y: (N,) of any kind of value; the axes follow the sorted distinct values.

    Raises:
        InputError: the three are not of one length, or empty.
    """
    if not len(a) == len(b) == len(y) > 0:
        raise InputError(
            f"The columns have {len(a)}, {len(b)} and {len(y)} samples; give three equal columns."
        )
    found = [np.unique(column, return_inverse=True) for column in (a, b, y)]
    sizes = tuple(len(values) for values, _ in found)
    places = np.ravel_multi_index(tuple(codes for _, codes in found), sizes)
    return np.bincount(places, minlength=math.prod(sizes)).reshape(sizes)


def binned(values: np.ndarray, bins: int) -> np.ndarray:
    """Return each number's bin, (N,) int, of bins that hold equally many samples; equal numbers share one."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    middle = (counts.cumsum() - counts / 2) / len(values)
    return (middle * bins).astype(int)[places]


def most_frequent(codes: np.ndarray, most: int) -> np.ndarray:
    """Return the codes, (N,) int, with all but the ``most`` most frequent ones merged into one, -1."""
    values, counts = np.unique(codes, return_counts=True)
    kept = values[np.argsort(-counts, kind="stable")[:most]]
    return np.where(np.isin(codes, kept), codes, -1)


def miller_madow(counts: np.ndarray) -> float:
    """Return by how many bits the plug-in I(X; Y) of a table of counts, (n, Y), is too large on average.

        (K_xy - K_x - K_y + 1) / (2 N ln 2),  K: the numbers of values and pairs that occur

    Reference: Miller, 1955; first order, so a rule of thumb where most cells hold few samples.
    """
    pairs, rows, columns = (np.count_nonzero(x) for x in (counts, counts.sum(1), counts.sum(0)))
    return (pairs - rows - columns + 1) / (2 * float(counts.sum()) * math.log(2))


def chance_parts(a: np.ndarray, b: np.ndarray, y: np.ndarray, draws: int, seed: int) -> np.ndarray:
    """Return BROJA's parts in bits after shuffling the labels, (draws, 4): unique 1, unique 2, syn, red.

    What the same tables show where nothing can be known of the label; parts near their mean are no finding.
    """
    random = np.random.default_rng(seed)
    parts = [broja(joint_table(a, b, random.permutation(y)), tolerance=1e-4) for _ in range(draws)]
    return np.array([[p.unique_1, p.unique_2, p.synergy, p.redundancy] for p in parts]).reshape(-1, 4)
