"""Two numbers and a label whose interaction is known; where the numbers lie shows which one it is.

Each input is one number in [-1, 1]. Its sign is what it says, its size whether it speaks alone: a loud one
(0.55 to 1) tells the label by its sign, a quiet one (0.1 to 0.45) tells nothing by itself.

    unique 1     loud, quiet    label = sign x1
    unique 2     quiet, loud    label = sign x2
    synergy      quiet, quiet   label = sign x1 * sign x2   (XOR)
    redundant    loud, loud     label = sign x1 = sign x2

So p(y|x1) and p(y|x2) are even exactly where they should be, and the plane (x1, x2) is the whole truth. With
``shown`` off, sizes are drawn alike for all types: the rule stays, but nothing tells which one holds.
"""

from __future__ import annotations

import numpy as np

from i2moe_core.teaching.playground.settings import Settings
from i2moe_core.types import Modality, Samples, Truth, interaction_names

INPUTS = ("x1", "x2")
TYPES = interaction_names(INPUTS)
TESTED = 400  # samples of the test split
CHECKED = 100  # samples of the validation split
_QUIET, _LOUD, _ALIKE = (0.1, 0.45), (0.55, 1.0), (0.1, 1.0)


def known_truth(settings: Settings) -> Samples:
    """Draw the samples of a playground, labels "negative" and "positive", the true interaction recorded."""
    sizes = {"train": settings.samples, "validation": CHECKED, "test": TESTED}
    rng, total = np.random.default_rng([settings.seed, 6]), sum(sizes.values())
    types = rng.choice(4, total, p=settings.shares)
    x, positive = _draw(types, settings.shown, rng)
    flipped = rng.random(total) < settings.noise / 100
    return Samples(
        name="playground",
        task="multiclass",
        modalities=tuple(Modality(name, "array") for name in INPUTS),
        classes=("negative", "positive"),
        ids=tuple(map(str, range(total))),
        raw={name: list(column[:, None]) for name, column in zip(INPUTS, x, strict=True)},
        targets=(positive ^ flipped).astype(np.int64),
        splits=np.repeat(list(sizes), list(sizes.values())),
        truth=Truth(np.array(TYPES)[types]),
    )


def _draw(types: np.ndarray, shown: bool, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return the inputs, (2, N) float32, and where the unflipped label is positive, (N,) bool."""
    first, second, synergy, redundant = (types == number for number in range(4))
    signs = rng.choice([-1.0, 1.0], (2, len(types)))
    signs[1] = np.where(redundant, signs[0], signs[1])
    quiet, loud, alike = (rng.uniform(*span, (2, len(types))) for span in (_QUIET, _LOUD, _ALIKE))
    speaks = np.stack([first | redundant, second | redundant])
    sizes = np.where(speaks, loud, quiet) if shown else alike
    label = np.where(second, signs[1], np.where(synergy, signs[0] * signs[1], signs[0]))
    return (signs * sizes).astype(np.float32), label > 0
