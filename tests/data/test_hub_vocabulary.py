"""A hub model's own tokeniser as the vocabulary: ids moved up by 3, framing kept, ours unchanged."""

import pytest
from parts import save_hub_model

from i2moe_core.config import DataConfig
from i2moe_core.data.batching import build_vocabulary
from i2moe_core.data.vocabulary import Vocabulary
from i2moe_core.errors import InputError
from i2moe_core.types import Modality, Samples


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    return save_hub_model("bert", tmp_path_factory.mktemp("bert"))


@pytest.fixture
def vocabulary(directory):
    return Vocabulary.from_hub(directory)


def test_ids_are_moved_up_and_framed_and_padded_with_zero(vocabulary):
    assert len(vocabulary) == 43
    ids = vocabulary.encode(["w0 w35", "w1", ""], 5)  # w0 is 4 in the file
    assert ids.tolist() == [[5, 7, 42, 6, 0], [5, 8, 6, 0, 0], [0, 0, 0, 0, 0]]


def test_a_long_text_keeps_its_last_framing_piece(vocabulary):
    assert vocabulary.encode(["w0 w1 w2 w3 w4"], 4).tolist() == [[5, 7, 8, 6]]
    assert vocabulary.truncated("w0 w1 w2", 4)
    assert not vocabulary.truncated("w0 w1", 4)


def test_pieces_are_what_encode_keeps_with_their_places(vocabulary):
    pieces = vocabulary.pieces("w0  w11 w2", 4)
    assert [p.id for p in pieces] == vocabulary.encode(["w0  w11 w2"], 4)[0].tolist()
    assert [(p.text, p.start, p.end) for p in pieces] == [("", 0, 0), ("w0", 0, 2), ("w11", 4, 7), ("", 0, 0)]


def test_a_text_that_names_a_special_piece_gets_no_special_piece(vocabulary):
    assert vocabulary.encode(["[SEP] w0"], 8)[0].tolist().count(6) == 1


def test_json_round_trip(vocabulary):
    again = Vocabulary.from_json(vocabulary.to_json())
    assert len(again) == len(vocabulary)
    assert again.encode(["w3 w4"], 6).equal(vocabulary.encode(["w3 w4"], 6))
    assert again.to_json() == vocabulary.to_json()


@pytest.mark.parametrize("text", ['{"hub_tokenizer": {}}', '{"hub_tokenizer": 3}', "[" * 100_000])
def test_damaged_json_is_refused(text):
    with pytest.raises(InputError, match="vocabulary cannot be read"):
        Vocabulary.from_json(text)


def test_a_bare_tokenizer_file_is_no_vocabulary_of_a_run(directory):
    with pytest.raises(InputError, match="does not begin with the pieces"):
        Vocabulary.from_json((directory / "tokenizer.json").read_text())


def test_a_missing_or_damaged_tokenizer_is_refused_by_name(tmp_path):
    with pytest.raises(InputError, match=r"no tokenizer\.json"):
        Vocabulary.from_hub(tmp_path)
    (tmp_path / "tokenizer.json").write_text("{")
    with pytest.raises(InputError, match=r"tokenizer\.json cannot be read"):
        Vocabulary.from_hub(tmp_path)


def test_the_configuration_chooses_it(directory):
    samples = Samples(
        "tiny", "multiclass", (Modality("text", "text"),), ("a", "b"), ("1",), {"text": ["w1"]}, None, None
    )
    chosen = build_vocabulary(samples, DataConfig(tokenizer=str(directory)))
    assert chosen.encode(["w1"], 3).tolist() == [[5, 8, 6]]
