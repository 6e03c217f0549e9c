"""The vocabulary: fixed ids, places in the text, every script, JSON there and back."""

import pytest

from i2moe_core.data.vocabulary import MASK, PADDING, Vocabulary
from i2moe_core.errors import InputError

TEXTS = ["the red ball", "the blue ball", "The RED wedge", "a blue wedge"] * 5


@pytest.fixture(scope="module")
def vocabulary():
    return Vocabulary.train(TEXTS, 400)


def test_frequent_words_are_single_pieces(vocabulary):
    assert [p.text for p in vocabulary.pieces("the red ball", 8)] == ["the", "red", "ball"]


def test_case_and_width_do_not_matter(vocabulary):
    assert vocabulary.encode(["the red ball"], 4).equal(vocabulary.encode(["THE Ｒｅｄ ball"], 4))


def test_padding_and_cutting(vocabulary):
    ids = vocabulary.encode(["the red ball", "ball", ""], 2)
    assert ids.shape == (3, 2)
    assert (ids[0] != PADDING).all()
    assert ids[1].tolist() == [ids[1, 0].item(), PADDING]
    assert ids[2].tolist() == [PADDING, PADDING]
    assert vocabulary.truncated("the red ball", 2)
    assert not vocabulary.truncated("the red ball", 3)


def test_written_special_pieces_are_plain_text(vocabulary):
    ids = vocabulary.encode(["[mask] [pad] ball"], 32)[0]
    assert MASK not in ids.tolist()
    assert PADDING not in ids[: len(vocabulary.pieces("[mask] [pad] ball", 32))].tolist()


def test_pieces_point_into_the_text(vocabulary):
    text = "A Red, 😀ﬁ ball!"
    for piece in vocabulary.pieces(text, 64):
        assert text[piece.start : piece.end] == piece.text
        assert piece.text
    assert len({(p.start, p.end) for p in vocabulary.pieces("😀", 8)}) == 1
    assert len(vocabulary.pieces("😀", 8)) == 4


def test_pieces_and_ids_agree(vocabulary):
    text = "The blue ball is 犬"
    ids = vocabulary.encode([text], 20)[0]
    assert [p.id for p in vocabulary.pieces(text, 20)] == ids[ids != PADDING].tolist()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n\t",
        "word " * 20_000,
        "x" * 100_000,
        "😀👩‍👩‍👧🏽🇩🇪",
        "犬が好きです。这是一只狗",
        "مرحبا بالعالم",
        "# Title\n* a [link](http://x.y) ![i](http://x.y/z.png)",
        "<b onclick='x'>bold</b>&amp;",
        "\u202eevil\u202c \x00 \ufeff",
        "e\u0301 \ud7a3 \U0010ffff",
    ],
)
def test_any_text_encodes(vocabulary, text):
    ids = vocabulary.encode([text], 32)
    assert ids.shape == (1, 32)
    assert int(ids.max()) < len(vocabulary)
    assert all(0 <= p.start <= p.end <= len(text) for p in vocabulary.pieces(text, 32))


def test_json_round_trip(vocabulary):
    again = Vocabulary.from_json(vocabulary.to_json())
    text = "the red 犬 [mask]"
    assert len(again) == len(vocabulary)
    assert again.encode([text], 16).equal(vocabulary.encode([text], 16))


def test_training_is_deterministic():
    assert Vocabulary.train(TEXTS, 300).to_json() == Vocabulary.train(TEXTS, 300).to_json()


@pytest.mark.parametrize("text", ["", "{}", "[1]", "not json", '{"model": {"type": "BPE"}}'])
def test_damaged_json_is_refused(text):
    with pytest.raises(InputError, match="vocabulary"):
        Vocabulary.from_json(text)


def test_half_characters_are_read_as_unknown_ones():
    vocabulary = Vocabulary.train(["a red square"], 300)
    broken = vocabulary.encode(["red \ud83d square"], 12)
    assert broken.tolist() == vocabulary.encode(["red \ufffd square"], 12).tolist()
    assert vocabulary.pieces("red \ud83d", 12)[0].text[0] == "r"
