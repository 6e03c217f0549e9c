"""The generated scenes: pinned bytes, the exact construction of the types, and the record of truth."""

import hashlib
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from i2moe_core.config import DataConfig
from i2moe_core.data import load_samples
from i2moe_core.data.draws import Draws
from i2moe_core.data.scenes import draw_scene, scenes
from i2moe_core.data.scenes_picture import SHAPES, draw_picture
from i2moe_core.data.scenes_sentence import COLOUR_WORDS, SHAPE_WORDS
from i2moe_core.errors import InputError

PINNED = "02ef569baf46049fe2440ad013a2ff62c9c57aef5a0db73c6f261b48dfad7e43"
WEAK = "3f51d50426e3a9d7fa7f3b92309bf35742b3b4127600d4af16d1f2ec3de779de"
SHAPE_OF = {word: shape for shape, words in enumerate(SHAPE_WORDS) for word in words}
COLOURS = {word for words in COLOUR_WORDS for word in words}


@pytest.fixture(scope="module")
def samples():
    return scenes(seed=0, sizes=(1200, 50, 50))


def digest(samples):
    sha = hashlib.sha256()
    for pixels, text, target in zip(*samples.raw.values(), samples.targets, strict=True):
        sha.update(pixels.tobytes() + text.encode() + bytes([int(target)]))
    sha.update(np.packbits(samples.truth.pixel_masks).tobytes())
    sha.update(repr(samples.truth.word_masks).encode())
    return sha.hexdigest()


def decisive_words(samples, row):
    text = samples.raw["text"][row]
    return [text[start:end].lower() for start, end in samples.truth.word_masks[row]]


def of_type(samples, name):
    return np.flatnonzero(samples.truth.interactions == name)


def test_bytes_are_pinned():
    assert digest(scenes(seed=0, sizes=(40, 5, 5))) == PINNED


def test_bytes_of_weak_pictures_are_pinned_too():
    assert digest(scenes(seed=0, sizes=(40, 5, 5), contrast=0.25)) == WEAK


def test_contrast_changes_nothing_but_how_far_objects_stand_out():
    full, weak = (scenes(seed=0, sizes=(60, 5, 5), contrast=share) for share in (1.0, 0.25))
    assert full.raw["text"] == weak.raw["text"]
    assert np.array_equal(full.truth.pixel_masks, weak.truth.pixel_masks)
    assert np.array_equal(full.targets, weak.targets)
    (row, *_) = of_type(full, "redundancy")
    pixels, paler = (s.raw["image"][row].astype(float) for s in (full, weak))
    mask = full.truth.pixel_masks[row]
    # Where nothing is painted the ground stays to the byte; 3 x 3 pixels around an object are its rim.
    rim = np.lib.stride_tricks.sliding_window_view(np.pad(mask, 2), (5, 5)).any((2, 3))
    assert np.array_equal(pixels[~rim], paler[~rim])
    # (1 - c) ground + c paint, so the ground follows from both, and lies within the bytes.
    ground = (paler - 0.25 * pixels) / 0.75
    inner = ground[mask]
    assert inner.min() > -3
    assert inner.max() < 258
    assert inner.std() < pixels[mask].std()


@pytest.mark.parametrize("contrast", [0, -0.5, 1.01, "low", None])
def test_impossible_contrasts_are_refused(contrast):
    with pytest.raises(InputError, match="contrast"):
        load_samples(DataConfig(source="scenes", options={"sizes": [2, 2, 2], "contrast": contrast}))


def test_sizes_do_not_change_the_samples_they_share():
    small, large = scenes(seed=3, sizes=(5, 4, 3)), scenes(seed=3, sizes=(9, 4, 3))
    assert np.array_equal(small.raw["image"][4], large.raw["image"][4])
    assert small.raw["text"][-1] == large.raw["text"][-1]
    assert small.ids[-1] == large.ids[-1] == "test-00002"


def test_splits_and_seeds_differ():
    samples, other = scenes(seed=0, sizes=(30, 30, 30)), scenes(seed=1, sizes=(30, 30, 30))
    texts = [samples.raw["text"][row] for row in range(90)]
    assert len({tuple(texts[n : n + 30]) for n in (0, 30, 60)}) == 3
    assert texts != list(other.raw["text"])


def test_types_and_classes_are_independent_and_uniform(samples):
    counts = Counter(zip(samples.truth.interactions, samples.targets, strict=True))
    expected = len(samples) / 12
    assert len(counts) == 12
    # Chi-square with 11 degrees of freedom: 31.3 is exceeded once in a thousand draws.
    assert sum((count - expected) ** 2 / expected for count in counts.values()) < 31.3


@pytest.mark.parametrize("name", ["unique:text", "redundancy"])
def test_the_deciding_word_names_the_class(samples, name):
    for row in of_type(samples, name):
        (word,) = decisive_words(samples, row)
        assert SHAPE_OF[word] == samples.targets[row]


@pytest.mark.parametrize("name", ["unique:image", "synergy"])
def test_colour_sentences_name_no_shape(samples, name):
    for row in of_type(samples, name):
        assert not set(samples.raw["text"][row].lower().split()) & set(SHAPE_OF)


def test_synergy_points_by_colour_and_unique_image_has_no_deciding_word(samples):
    assert all(set(decisive_words(samples, row)) < COLOURS for row in of_type(samples, "synergy"))
    assert all(not decisive_words(samples, row) for row in of_type(samples, "unique:image"))


def test_masks_cover_what_the_spec_measured(samples):
    covered = {
        name: samples.truth.pixel_masks[of_type(samples, name)].mean()
        for name in ("unique:image", "unique:text", "synergy", "redundancy")
    }
    assert covered["unique:image"] == pytest.approx(0.154, abs=0.006)
    assert covered["redundancy"] == pytest.approx(0.153, abs=0.006)
    assert covered["synergy"] == pytest.approx(0.051, abs=0.004)
    assert covered["unique:text"] == 0


def test_the_deciding_object_has_the_named_colour_and_the_class_shape(samples):
    palette = np.array(
        [(215, 45, 45), (45, 165, 65), (50, 85, 215), (235, 210, 50), (145, 60, 180), (240, 135, 30)]
    )
    rows = of_type(samples, "synergy")
    right = 0
    for row in rows:
        seen = samples.raw["image"][row][samples.truth.pixel_masks[row]].mean(0)
        (word,) = decisive_words(samples, row)
        right += word in COLOUR_WORDS[np.abs(palette - seen).sum(1).argmin()]
    assert right / len(rows) > 0.9


def test_sentences_of_shape_types_carry_no_news_for_each_other(samples):
    """Every negated word belongs to another class or another colour, so that a word alone misleads."""
    negated = [t for t in samples.raw["text"] if " not " in t or " rather " in t or " forget " in t]
    assert 0.2 < len(negated) / len(samples) < 0.3


def test_articles_are_right(samples):
    for text in samples.raw["text"]:
        words = text.lower().split()
        for article, word in pairwise(words):
            if article in ("a", "an"):
                assert (article == "an") == (word[0] in "aeiou"), text


def test_sentences_are_short_and_varied(samples):
    lengths = [len(text.split()) for text in samples.raw["text"]]
    assert min(lengths) >= 3
    assert max(lengths) <= 26
    assert len(set(samples.raw["text"])) > 0.98 * len(samples)


def test_pictures_show_three_objects_of_the_drawn_shapes():
    pixels, masks = draw_picture([0, 1, 2], [0, 1, 2], Draws(5))
    assert pixels.shape == (32, 32, 3)
    assert pixels.dtype == np.uint8
    assert not (masks.sum(0) > 1).any()
    # A circle fills pi/4 of its square, the triangle about half, the cross about .55.
    for mask, share in zip(masks, (0.785, 0.5, 0.55), strict=True):
        rows, columns = np.nonzero(mask)
        box = (np.ptp(rows) + 1) * (np.ptp(columns) + 1)
        assert mask.sum() / box == pytest.approx(share, abs=0.13)


def test_one_scene_in_any_type_is_consistent():
    draws = Draws(7)
    for _ in range(50):
        scene = draw_scene(draws)
        assert scene.label in range(len(SHAPES))
        assert scene.sentence.text[0].isupper()
        assert 0 <= scene.sentence.start < scene.sentence.end <= len(scene.sentence.text)


@pytest.mark.parametrize("sizes", [3, [1, 2], [1, 2, 0], [1, 2, 3.5], ["1", 2, 3], [True, 1, 1], None])
def test_impossible_sizes_are_refused(sizes):
    with pytest.raises(InputError, match="sizes"):
        load_samples(DataConfig(source="scenes", options={"sizes": sizes}))
