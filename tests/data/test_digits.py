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
from i2moe_core.types import SPLITS

PINNED = "6f3bad812e6ec4d9379f17a0fce2d575c678c9d7cac0441dc683cc04c5e49d92"


@pytest.fixture(scope="module")
def samples():
    return digits(seed=0, sizes=(600, 50, 50))


def plans():
    """All plans; each is drawn with the same probability."""
    return [make_plan(*key) for key in product(range(len(TYPES)), range(10), range(10))]


def picture(plan):
    return plan.shown, plan.framed


def sentence(plan):
    return plan.number, plan.adds


def posterior(seen_in):
    """Return what is seen -> the exact p(class), (10,)."""
    table = defaultdict(lambda: np.zeros(10))
    for plan in plans():
        table[seen_in(plan)][plan.label] += 1
    return {seen: counts / counts.sum() for seen, counts in table.items()}


def test_pointwise_components_of_the_bayes_posteriors_are_exact():
    p1, p2 = posterior(picture), posterior(sentence)
    p12 = posterior(lambda plan: (picture(plan), sentence(plan)))
    for plan in plans():
        i1, i2, i12 = (
            np.log(p[plan.label] * 10)
            for p in (p1[picture(plan)], p2[sentence(plan)], p12[picture(plan), sentence(plan)])
        )
        r = np.sign(i1) * min(abs(i1), abs(i2)) if i1 * i2 > 0 else 0.0
        components = np.array([i1 - r, i2 - r, i12 - i1 - i2 + r, r])
        expected = np.zeros(4)
        expected[plan.type] = np.log(10)
        np.testing.assert_allclose(components, expected, atol=1e-12)


def test_bytes_are_pinned():
    made = digits(seed=0, sizes=(40, 5, 5))
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
