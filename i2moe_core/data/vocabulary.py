"""Texts -> pieces: a byte-level BPE vocabulary, trained on the texts at hand; any script and emoji pass.

Or a hub model's own tokeniser, whose ids are moved up by 3: padding, unknown and mask are 0, 1, 2 everywhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Encoding, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from torch import Tensor

from i2moe_core.errors import InputError

PADDING, UNKNOWN, MASK = 0, 1, 2
_SPECIAL = ["[pad]", "[unk]", "[mask]"]
_HUB = "hub_tokenizer"


@dataclass(frozen=True)
class Piece:
    """One piece of a text: its id and the characters [start, end) it stands for.

    The pieces of one character outside the vocabulary (an emoji is four bytes) share start and end.
    """

    id: int
    text: str
    start: int
    end: int


class Vocabulary:
    """A trained vocabulary; ids 0, 1, 2 are padding, unknown and mask (a hidden word).

    first: what is added to the tokeniser's ids; 3 for a hub model's own, which lacks these three pieces.
    """

    def __init__(self, tokenizer: Tokenizer, first: int = 0) -> None:
        # Otherwise a text that contains "[mask]" would hide a word by itself.
        tokenizer.encode_special_tokens = True
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self._tokenizer, self._first = tokenizer, first
        self._framing = tokenizer.num_special_tokens_to_add(False)

    @classmethod
    def train(cls, texts: Iterable[str], size: int, min_frequency: int = 2) -> Vocabulary:
        """Learn at most ``size`` pieces that occur often enough, the bytes and special ones among them."""
        tokenizer = Tokenizer(models.BPE())
        tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
            [pre_tokenizers.Whitespace(), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
        )
        tokenizer.decoder = decoders.ByteLevel()
        trainer = trainers.BpeTrainer(
            vocab_size=size,
            min_frequency=min_frequency,
            show_progress=False,
            special_tokens=_SPECIAL,
            initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        )
        tokenizer.train_from_iterator(texts, trainer)
        return cls(tokenizer)

    def encode(self, texts: Sequence[str], max_tokens: int) -> Tensor:
        """Return the ids, (N, max_tokens) int64, cut and padded with 0; an empty text is all padding."""
        ids = torch.zeros(len(texts), max_tokens, dtype=torch.int64)
        readable = [_readable(text) for text in texts]
        for row, encoding in enumerate(self._tokenizer.encode_batch(readable, add_special_tokens=False)):
            pieces = self._cut(encoding, max_tokens).ids
            ids[row, : len(pieces)] = torch.tensor(pieces, dtype=torch.int64) + self._first
        return ids

    def _cut(self, encoding: Encoding, max_tokens: int) -> Encoding:
        """Cut the text, then put the tokeniser's framing pieces around it; nothing stays nothing."""
        if not encoding.ids:
            return encoding
        encoding.truncate(max(max_tokens - self._framing, 0))
        return self._tokenizer.post_process(encoding)

    def pieces(self, text: str, max_tokens: int) -> list[Piece]:
        """Return the pieces that ``encode`` keeps, with their places in the text; framing ones have none."""
        encoding = self._cut(self._tokenizer.encode(_readable(text), add_special_tokens=False), max_tokens)
        spans = zip(encoding.ids, encoding.offsets, strict=True)
        return [Piece(number + self._first, text[a:b], a, b) for number, (a, b) in spans]

    def truncated(self, text: str, max_tokens: int) -> bool:
        """Tell whether ``encode`` cuts the text."""
        return len(self._tokenizer.encode(_readable(text))) > max_tokens

    def to_json(self) -> str:
        """Return the whole vocabulary as JSON."""
        plain = self._tokenizer.to_str()
        return json.dumps({_HUB: json.loads(plain)}, ensure_ascii=False) if self._first else plain

    @classmethod
    def from_hub(cls, directory: Path) -> Vocabulary:
        """Read the tokenizer.json of a hub model's directory.

        Raises:
            InputError: it is missing or damaged.
        """
        path = directory / "tokenizer.json"
        if not path.is_file():
            raise InputError(f"{directory} has no tokenizer.json; copy it from the model's source.")
        return cls(_read(path.read_text(encoding="utf-8", errors="replace"), str(path)), len(_SPECIAL))

    @classmethod
    def from_json(cls, text: str) -> Vocabulary:
        """Read what ``to_json`` wrote.

        Raises:
            InputError: the text is no vocabulary.
        """
        inner = _hub_part(text)
        if inner is not None:
            return cls(_read(inner, "The vocabulary"), len(_SPECIAL))
        tokenizer = _read(text, "The vocabulary")
        if [tokenizer.id_to_token(number) for number in range(len(_SPECIAL))] != _SPECIAL:
            raise InputError(
                f"The vocabulary does not begin with the pieces {_SPECIAL}; it is not one of this program's."
            )
        return cls(tokenizer)

    def __len__(self) -> int:
        return self._tokenizer.get_vocab_size() + self._first


def _readable(text: str) -> str:
    """Replace half characters (lone surrogates), which no tokeniser takes; the length stays."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if _broken(text) else text


def _broken(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def _hub_part(text: str) -> str | None:
    """Return the tokeniser inside the wrapping that ``to_json`` puts around a hub model's, or None."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return json.dumps(value[_HUB]) if isinstance(value, dict) and set(value) == {_HUB} else None


def _read(text: str, what: str) -> Tokenizer:
    try:
        return Tokenizer.from_str(text)
    # The library raises bare exceptions for every fault in the text.
    except Exception as error:
        raise InputError(f"{what} cannot be read ({error}); copy the file again.") from error
