"""The generated image-text set with known truth: a picture of three shapes, a sentence that points at one.

The class is the shape pointed at. Two independent facts decide the interaction of a sample:

    type           picture                  sentence        p(y|image)  p(y|text)  p(y|both)
    unique:image   3 x the class shape      names a colour  class       uniform    class
    unique:text    one of each shape        names a shape   uniform     class      class
    redundancy     3 x the class shape      names a shape   class       class      class
    synergy        one of each shape        names a colour  uniform     uniform    class

There is no marker: the pictures of the second and fourth row have one distribution, the sentences of the
first and fourth as well. Colours and places are drawn independently of shape and class: nothing else leaks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from i2moe_core.data.draws import Draws
from i2moe_core.data.scenes_picture import COLOURS, SHAPES, draw_picture
from i2moe_core.data.scenes_sentence import colour_sentence, shape_sentence
from i2moe_core.data.sentence import Sentence
from i2moe_core.data.sizes import check_sizes
from i2moe_core.errors import InputError
from i2moe_core.types import SPLITS, Modality, Samples, Truth, interaction_names

MODALITIES = (Modality("image", "image"), Modality("text", "text"))
TYPES = interaction_names([m.name for m in MODALITIES])
UNIQUE_IMAGE, UNIQUE_TEXT, SYNERGY, REDUNDANCY = range(4)


@dataclass(frozen=True)
class Scene:
    """One sample: its type and class as numbers, the picture, the pixels that decide, the sentence."""

    type: int
    label: int
    pixels: np.ndarray
    mask: np.ndarray
    sentence: Sentence


def scenes(*, seed: int = 0, sizes: Sequence[int] = (8000, 1000, 1500), contrast: float = 1.0) -> Samples:
    """Pictures of three coloured shapes and a sentence that points at one; the interaction of each is known.

    Args:
        seed: decides every byte.
        sizes: of the training, validation and test split.
        contrast: of the objects to the ground; below 1 the picture is the weak modality. It changes no draw:
            places, shapes, colours and sentences stay the same.

    Raises:
        InputError: a size or the contrast is impossible.
    """
    check_sizes(sizes)
    if not isinstance(contrast, (int, float)) or not 0 < contrast <= 1:
        raise InputError(f"contrast must be a number above 0 and at most 1, but is {contrast!r}.")
    made, ids, splits = [], [], []
    for number, (split, size) in enumerate(zip(SPLITS, sizes, strict=True)):
        draws = Draws(seed, number)
        made += [draw_scene(draws, contrast) for _ in range(size)]
        ids += [f"{split}-{row:05d}" for row in range(size)]
        splits += [split] * size
    return Samples(
        name="scenes",
        task="multiclass",
        modalities=MODALITIES,
        classes=SHAPES,
        ids=tuple(ids),
        raw={"image": [s.pixels for s in made], "text": [s.sentence.text for s in made]},
        targets=np.array([s.label for s in made], dtype=np.int64),
        splits=np.array(splits),
        truth=_truth(made),
    )


def draw_scene(draws: Draws, contrast: float = 1.0) -> Scene:
    """Draw one sample: type, class, shapes, colours, sentence, picture."""
    kind, label = draws.below(len(TYPES)), draws.below(len(SHAPES))
    alike, named = kind in (UNIQUE_IMAGE, REDUNDANCY), kind in (UNIQUE_TEXT, REDUNDANCY)
    shapes = [label] * 3 if alike else draws.permutation(3)
    colours = draws.permutation(len(COLOURS))[:3]
    # The object pointed at: the one that has the class's shape, any where all have it.
    target = draws.below(3) if alike else shapes.index(label)
    other_colour = colours[(target + draws.between(1, 2)) % 3]
    if named:
        other_shape = (label + draws.between(1, 2)) % 3
        sentence = shape_sentence(label, colours[target], other_shape, other_colour, draws)
    else:
        sentence = colour_sentence(colours[target], other_colour, draws)
    pixels, masks = draw_picture(shapes, colours, draws, contrast)
    return Scene(kind, label, pixels, _decisive(kind, masks, target), sentence)


def _decisive(kind: int, masks: np.ndarray, target: int) -> np.ndarray:
    """Return the pixels that decide: all objects, the one pointed at, or none, (32, 32) bool."""
    if kind == UNIQUE_TEXT:
        return np.zeros_like(masks[0])
    return masks[target] if kind == SYNERGY else np.logical_or.reduce(masks)


def _truth(made: Sequence[Scene]) -> Truth:
    spans = [() if s.type == UNIQUE_IMAGE else ((s.sentence.start, s.sentence.end),) for s in made]
    return Truth(
        interactions=np.array([TYPES[s.type] for s in made]),
        pixel_masks=np.stack([s.mask for s in made]),
        word_masks=tuple(spans),
    )
