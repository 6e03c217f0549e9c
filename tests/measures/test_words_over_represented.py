"""Words in any script, and the words that mark a group: by the formula, and by what they must not find."""

import math
from collections import Counter

import numpy as np
import pytest

from i2moe_core.measures.words import count_words, over_represented, split_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The CAT's 2 toys, e.g. x_1!", ["the", "cat", "s", "2", "toys", "e", "g", "x_1"]),
        ("größer naïve", ["größer", "naïve"]),
        ("猫が好き cat", ["猫", "が", "好", "き", "cat"]),
        ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
        ("السَّلام عليكم", ["السَّلام", "عليكم"]),
        ("안녕 세상", ["안녕", "세상"]),
        ("so 😂😂 👩🏽‍💻 ☕!", ["so", "😂", "😂", "👩🏽‍💻", "☕"]),
        ("ﬁne ＡＢＣ", ["fine", "abc"]),
        (" ...!? ", []),
    ],
)
def test_words_of_many_scripts(text, words):
    assert split_words(text) == words


def test_counts_skip_missing_texts():
    assert count_words(["a b", None, "B", ""]) == Counter({"b": 2, "a": 1})


def test_z_by_the_formula():
    group, everything = Counter(red=30, the=70), Counter(red=40, the=160, blue=100)
    found = {w.word: w for w in over_represented(group, everything, prior_words=30)}
    prior = 30 * 40 / 300
    inside, outside = 30 + prior, 10 + prior
    odds = math.log(inside / (100 + 30 - inside)) - math.log(outside / (200 + 30 - outside))
    assert found["red"].log_odds == pytest.approx(odds)
    assert found["red"].z == pytest.approx(odds / math.sqrt(1 / inside + 1 / outside))
    assert (found["red"].in_group, found["red"].in_rest) == (30, 10)
    assert "blue" not in found  # rarer in the group than outside


def test_the_planted_word_comes_first_and_rare_ones_do_not():
    random = np.random.default_rng(0)
    common = [f"word{k}" for k in range(50)]
    texts = [" ".join(random.choice(common, 8)) for _ in range(400)]
    texts[:100] = [f"{text} planted" if k % 2 else text for k, text in enumerate(texts[:100])]
    texts[0] += " hapax"  # once, in the group: infinite odds without a prior
    texts[200:] = [f"{text} planted" if k % 20 == 0 else text for k, text in enumerate(texts[200:])]
    found = over_represented(count_words(texts[:100]), count_words(texts))
    assert found[0].word == "planted"
    assert found[0].z > 4
    assert all(w.z < 3 for w in found[1:])


def test_nothing_to_compare_finds_nothing():
    assert over_represented(Counter(), Counter(a=3)) == []
    assert over_represented(Counter(a=3), Counter(a=3)) == []
    assert over_represented(Counter(a=1), Counter(a=3)) == []
