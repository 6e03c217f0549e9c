"""What a guess is held against: the true interaction where it is known, else the model's own account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from i2moe_core.types import Samples

TRUTH, MODEL = "truth", "model"


@dataclass(frozen=True)
class Kinds:
    """The interaction of each sample, in their order; None where nobody knows.

    source: TRUTH, as the data were made, or MODEL, the expert with the largest share of the model's answer.
    """

    of: tuple[str | None, ...]
    source: str


def kinds_of(samples: Samples, dominant: Mapping[str, str]) -> Kinds:
    """Return what guesses about ``samples`` are held against.

    dominant: sample id -> the expert with the largest share, as far as an analysis knows it.
    """
    if samples.truth is not None:
        return Kinds(tuple(str(kind) for kind in samples.truth.interactions), TRUTH)
    return Kinds(tuple(dominant.get(sample_id) for sample_id in samples.ids), MODEL)
