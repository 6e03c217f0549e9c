"""The digits: exact Bayes tables of the construction, no shared handwriting, and the record of truth."""

import hashlib
from collections import defaultdict
from itertools import pairwise, product

import numpy as np
import pytest
from sklearn.datasets import load_digits

from i2moe_core.data.digits import TYPES, digits, make_plan
from i2moe_core.data.digits_picture import handwriting
from i2moe_core.data.digits_sentence import WORDS
from i2moe_core.errors import InputError
from i2moe_core.types import SPLITS

PINNED = "a5c25326a0a8628af46cbc44fe22e4972720a4d039412b19a7dcbf14cfe1b698"


@pytest.fixture(scope="module")
def samples():
    return digits(seed=0, sizes=(600, 50, 50), count=10)


def plans(count):
    """All plans; each is drawn with the same probability."""
    digits_of = range(count)
    return [make_plan(*key, count) for key in product(range(len(TYPES)), digits_of, digits_of)]


def picture(plan):
    return plan.shown, plan.framed


def sentence(plan):
    return plan.number, plan.adds


def posterior(count, seen_in):
    """Return what is seen -> the exact p(class), (C,)."""
    table = defaultdict(lambda: np.zeros(count))
    for plan in plans(count):
        table[seen_in(plan)][plan.label] += 1
    return {seen: counts / counts.sum() for seen, counts in table.items()}


@pytest.mark.parametrize("count", [2, 5, 10])
def test_pointwise_components_of_the_bayes_posteriors_are_exact(count):
    p1, p2 = posterior(count, picture), posterior(count, sentence)
    p12 = posterior(count, lambda plan: (picture(plan), sentence(plan)))
    for plan in plans(count):
        i1, i2, i12 = (
            np.log(p[plan.label] * count)
            for p in (p1[picture(plan)], p2[sentence(plan)], p12[picture(plan), sentence(plan)])
        )
        r = np.sign(i1) * min(abs(i1), abs(i2)) if i1 * i2 > 0 else 0.0
        components = np.array([i1 - r, i2 - r, i12 - i1 - i2 + r, r])
        expected = np.zeros(4)
        expected[plan.type] = np.log(count)
        np.testing.assert_allclose(components, expected, atol=1e-12)


@pytest.mark.parametrize("count", [1, 11, 5.0, True, "5", None])
def test_impossible_counts_are_refused(count):
    with pytest.raises(InputError, match="count"):
        digits(sizes=(1, 1, 1), count=count)


def test_fewer_digits():
    few = digits(sizes=(200, 1, 1), count=3)
    assert few.classes == ("zero", "one", "two")
    assert set(few.targets) == {0, 1, 2}
    words = {word.strip(",:") for text in few.raw["text"] for word in text.lower().split()}
    assert not words & (set(WORDS[3:]))


def test_bytes_are_pinned():
    made = digits(seed=0, sizes=(40, 5, 5), count=10)
    sha = hashlib.sha256()
    for pixels, text, target in zip(*made.raw.values(), made.targets, strict=True):
        sha.update(pixels.tobytes() + text.encode() + bytes([int(target)]))
    sha.update(np.packbits(made.truth.pixel_masks).tobytes() + repr(made.truth.word_masks).encode())
    assert sha.hexdigest() == PINNED


def test_no_handwriting_is_in_two_splits():
    original = {image.tobytes() for image in load_digits().images}
    seen = [{ink.tobytes() for own in handwriting(split) for ink in own} for split in SPLITS]
    assert sum(map(len, seen)) == len(original)
    assert not seen[0] & seen[1]
    assert not seen[0] & seen[2]
    assert not seen[1] & seen[2]


def test_enlarging_keeps_the_mean_ink_of_the_middle():
    source = load_digits()
    ink = np.stack([ink for split in SPLITS for own in handwriting(split) for ink in own])
    assert ink.shape == (1797, 24, 24)
    assert ink.min() >= 0
    assert ink.max() <= 1
    assert ink[:, ::1].mean() == pytest.approx(source.images.mean() / 16, rel=0.02)


def test_deciding_words_are_numbers_and_name_the_class(samples):
    for row, name in enumerate(samples.truth.interactions):
        text = samples.raw["text"][row]
        words = [text[a:b].lower() for a, b in samples.truth.word_masks[row]]
        if name == "unique:image":
            assert not words
        elif name == "synergy":
            assert words[0] in WORDS
        else:
            assert words == [WORDS[samples.targets[row]]]


def test_masks_are_ink_and_none_where_the_text_decides(samples):
    truth = samples.truth
    for row, name in enumerate(truth.interactions):
        mask = truth.pixel_masks[row]
        assert mask.any() == (name != "unique:text")
        if mask.any():
            grey = samples.raw["image"][row].mean(2)
            assert grey[mask].mean() < grey[4:28, 4:28][~mask[4:28, 4:28]].mean() - 20


def test_a_frame_stands_around_the_digit_exactly_where_it_is_no_answer(samples):
    for row, name in enumerate(samples.truth.interactions):
        grey = samples.raw["image"][row].mean(2)
        framed = grey[:2].mean() < grey[2:4].mean() - 30
        assert framed == (name in ("unique:text", "synergy"))


def test_articles_are_right(samples):
    for text in samples.raw["text"]:
        words = text.lower().replace(",", "").replace(":", "").split()
        for article, word in pairwise(words):
            if article in ("a", "an") and word in WORDS:
                assert (article == "an") == (word == "eight"), text


def test_seed_decides_and_sizes_do_not():
    first, longer, other = (digits(seed=s, sizes=(n, 2, 2)) for s, n in ((0, 5), (0, 9), (1, 5)))
    assert np.array_equal(first.raw["image"][4], longer.raw["image"][4])
    assert not np.array_equal(first.raw["image"][4], other.raw["image"][4])
