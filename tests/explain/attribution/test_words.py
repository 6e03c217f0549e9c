"""Words: cut where a reader would, in any script; words and gaps are the text; every piece finds its word."""

import random

import pytest

from i2moe_core.data.vocabulary import Piece, Vocabulary
from i2moe_core.explain.attribution.words import group_words, split_words

FAMILY, THUMB, FLAGS, KEYS = "👩‍👩‍👧‍👦", "👍🏽", "🇩🇪🇫🇷", "1️⃣2️⃣"
ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"

TEXTS = {
    "don't stop, rock’n’roll": ["don't", "stop", ",", "rock’n’roll"],
    "'quoted' the dogs'": ["'", "quoted", "'", "the", "dogs", "'"],
    "well-known 3.14 1,000.5 foo_bar": ["well", "-", "known", "3.14", "1,000.5", "foo_bar"],
    "wait... what?! 5.": ["wait", "...", "what", "?!", "5", "."],
    "x²+y=3$": ["x²", "+", "y", "=", "3", "$"],
    "我爱你 hello世界": ["我", "爱", "你", "hello", "世", "界"],
    "カタカナ": ["カ", "タ", "カ", "ナ"],
    "น้ำ ดี": ["น้ำ", "ดี"],
    "ខ្មែរ": ["ខ្មែ", "រ"],
    "مَرْحَبًا بِالعالم": ["مَرْحَبًا", "بِالعالم"],
    "नमस्ते दुनिया": ["नमस्ते", "दुनिया"],
    "한국어 테스트": ["한국어", "테스트"],
    FAMILY + THUMB + FLAGS + KEYS + "❤️!": [FAMILY, THUMB, "🇩🇪", "🇫🇷", "1️⃣", "2️⃣", "❤️", "!"],
    f"so {ENGLAND}x": ["so", ENGLAND, "x"],
    "😀😀": ["😀", "😀"],
    "ﬁne ½ e\u0301te\u0301 ＡＢＣ ㌔": ["ﬁne", "½", "e\u0301te\u0301", "ＡＢＣ", "㌔"],
    "co\u00adop a\u200bb": ["co\u00adop", "a", "b"],
    "": [],
    " \n\t ": [],
}


@pytest.fixture(scope="module")
def vocabulary():
    return Vocabulary.train(["the red one and the blue one don't"] * 10, 400)


@pytest.mark.parametrize("text", TEXTS)
def test_a_reader_would_cut_there(text, vocabulary):
    assert [text[a:b] for a, b in split_words(text)] == TEXTS[text]
    words = group_words(text, vocabulary.pieces(text, 500))
    assert [word.text for word in words] == TEXTS[text]
    check(text, words)


def check(text, words):
    """Words and gaps are the text, no piece is in two words, and gaps are white space."""
    place, shown, seen = 0, "", []
    for word in words:
        gap = text[place : word.start]
        assert not gap.replace("\u200b", "").strip()
        shown += gap + word.text
        assert word.text == text[word.start : word.end]
        seen += word.pieces
        place = word.end
    assert shown + text[place:] == text
    assert len(seen) == len(set(seen))


def test_any_mixture_of_scripts_keeps_the_text(vocabulary):
    alphabet = "".join(TEXTS) + " \n\u200b\u200d\u0301\ufe0f\U0001f3fd¡«»—…ßŉẞİ№™"
    draw = random.Random(0)
    for _ in range(300):
        text = "".join(draw.choices(alphabet, k=draw.randrange(1, 25)))
        pieces = vocabulary.pieces(text, 500)
        words = group_words(text, pieces)
        check(text, words)
        starts, ends = zip(*split_words(text), strict=True) if split_words(text) else ((), ())
        assert {word.start for word in words} <= set(starts)
        assert {word.end for word in words} <= set(ends)
        lost = set(range(len(pieces))) - {n for word in words for n in word.pieces}
        assert all(not text[pieces[n].start : pieces[n].end].strip("\u200b \n\t") for n in lost)


def test_sub_word_pieces_of_one_word_are_together(vocabulary):
    text = "the unforgettable one"
    words = group_words(text, vocabulary.pieces(text, 500))
    count = len(vocabulary.pieces(text, 500))
    assert count > 5
    assert [word.pieces for word in words] == [(0,), tuple(range(1, count - 1)), (count - 1,)]


def test_places_hold_where_normalising_changes_the_length(vocabulary):
    text = "½ ﬁ ㌔ then"
    words = group_words(text, vocabulary.pieces(text, 500))
    assert [(word.text, word.start) for word in words] == [("½", 0), ("ﬁ", 2), ("㌔", 4), ("then", 6)]
    assert [len(word.pieces) > 1 for word in words[:3]] == [True] * 3


def test_framing_a_space_and_a_piece_over_two_words():
    pieces = [Piece(1, "", 0, 0), Piece(2, "new york", 0, 8), Piece(3, " ", 8, 9), Piece(4, " city", 8, 13),
              Piece(1, "", 0, 0)]  # fmt: skip
    words = group_words("new york city", pieces)
    assert [(word.text, word.pieces) for word in words] == [("new york", (1,)), ("city", (3,))]


def test_words_that_were_cut_off_are_no_words(vocabulary):
    text = "the red one and more"
    words = group_words(text, vocabulary.pieces(text, 3))
    assert [word.text for word in words] == ["the", "red", "one"]
