"""Handwritten digits (scikit-learn's, real pixels) with sentences, and the known interaction of each sample.

The class is one of n digits, 0 to n - 1. A picture without a frame shows the answer; in a frame stands a
digit that is not the answer by itself. A sentence names the answer, or asks only, or gives a number to add
(after the last comes zero):

    type           picture                 sentence         p(y|image)  p(y|text)  p(y|both)
    unique:image   the class, no frame     only asks        class       uniform    class
    unique:text    any digit, framed       names the class  uniform     class      class
    redundancy     the class, no frame     names the class  class       class      class
    synergy        a digit d, framed       "add k"          uniform     uniform    class (d + k modulo n)

d is drawn uniformly and independently of the class, k = class - d: given the framed picture alone every
class is equally likely (in both rows that have one), and given "add k" alone as well. Handwriting, paper and
ink are drawn alike in all rows. At the true class the pointwise components are log n on the type, else 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from i2moe_core.data.digits_picture import draw_digit
from i2moe_core.data.digits_sentence import (
    WORDS,
    adding_sentence,
    asking_sentence,
    naming_sentence,
)
from i2moe_core.data.draws import Draws
from i2moe_core.data.sentence import Sentence
from i2moe_core.data.sizes import check_sizes
from i2moe_core.errors import InputError
from i2moe_core.types import SPLITS, Modality, Samples, Truth, interaction_names

MODALITIES = (Modality("image", "image"), Modality("text", "text"))
TYPES = interaction_names([m.name for m in MODALITIES])
UNIQUE_IMAGE, UNIQUE_TEXT, SYNERGY, REDUNDANCY = range(4)


@dataclass(frozen=True)
class Plan:
    """What a sample says, before it is drawn: the digit shown, in a frame or not, and the word.

    number: the digit named, or added where ``adds``; None where the sentence only asks.
    """

    type: int
    label: int
    shown: int
    framed: bool
    number: int | None
    adds: bool


def make_plan(kind: int, label: int, other: int, count: int) -> Plan:
    """Return what a sample of a type and class says; ``other`` is the digit in the frame, if any."""
    if kind == UNIQUE_IMAGE:
        return Plan(kind, label, label, False, None, False)
    if kind == REDUNDANCY:
        return Plan(kind, label, label, False, label, False)
    if kind == UNIQUE_TEXT:
        return Plan(kind, label, other, True, label, False)
    return Plan(kind, label, other, True, (label - other) % count, True)


def digits(*, seed: int = 0, sizes: Sequence[int] = (6000, 1000, 1500), count: int = 5) -> Samples:
    """Real handwritten digits and a sentence that names one, asks or adds; each interaction is known.

    Args:
        seed: decides every byte.
        sizes: of the training, validation and test split, whose handwriting is never the same.
        count: how many digits take part, from zero on. With all ten the sums are not learned from so few
            samples (docs/experiments.md).

    Raises:
        InputError: a size or the count is impossible.
    """
    if type(count) is not int or not 2 <= count <= len(WORDS):
        raise InputError(f"count must be a whole number from 2 to {len(WORDS)}, but is {count!r}.")
    check_sizes(sizes)
    plans, pixels, masks, sentences = [], [], [], []
    for number, (split, size) in enumerate(zip(SPLITS, sizes, strict=True)):
        draws = Draws(seed, number, 10)
        for _ in range(size):
            plan = make_plan(draws.below(len(TYPES)), draws.below(count), draws.below(count), count)
            picture, ink = draw_digit(plan.shown, plan.framed, split, draws)
            plans.append(plan)
            pixels.append(picture)
            masks.append(ink if plan.type != UNIQUE_TEXT else np.zeros_like(ink))
            sentences.append(_sentence(plan, count, draws))
    return Samples(
        name="digits",
        task="multiclass",
        modalities=MODALITIES,
        classes=WORDS[:count],
        ids=tuple(f"{s}-{row:05d}" for s, size in zip(SPLITS, sizes, strict=True) for row in range(size)),
        raw={"image": pixels, "text": [s.text for s in sentences]},
        targets=np.array([p.label for p in plans], dtype=np.int64),
        splits=np.repeat(SPLITS, sizes),
        truth=Truth(
            interactions=np.array([TYPES[p.type] for p in plans]),
            pixel_masks=np.stack(masks),
            word_masks=tuple(((s.start, s.end),) if s.end else () for s in sentences),
        ),
    )


def _sentence(plan: Plan, count: int, draws: Draws) -> Sentence:
    if plan.number is None:
        return asking_sentence(draws)
    return adding_sentence(plan.number, draws) if plan.adds else naming_sentence(plan.number, count, draws)
