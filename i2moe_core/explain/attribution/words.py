"""Pieces to words: what a reader would call one word, in any script; one emoji's pieces stay together.

The text is cut where a reader would cut it, in the spirit of Unicode's annex 29 ("don't" and "3.14" are one
word, "well-known" is two and a hyphen), whatever the tokeniser does; pieces then join the words they stand
for. Words never overlap, and words and gaps in order are the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from i2moe_core.data.vocabulary import Piece

# Scripts without spaces: a run of letters is no word there, so each character stands for itself.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]"
)
_JOINER, _KEYCAP, _ZERO_WIDTH_SPACE = "\u200d", "\u20e3", "\u200b"
_STACKING = "\u17d2\u1039"  # Khmer and Burmese: the next letter goes below this one
_TRAILING = "\u0e33\u0eb3"  # Thai and Lao vowels that Unicode calls letters but never stand alone
_INSIDE_WORDS = "'’·\u05f3\u05f4"
_INSIDE_NUMBERS = ".,"


@dataclass(frozen=True)
class Word:
    """A word: its characters [start, end) of the text and the numbers of its pieces."""

    text: str
    start: int
    end: int
    pieces: tuple[int, ...]


def group_words(text: str, pieces: Sequence[Piece]) -> tuple[Word, ...]:
    """Group a text's pieces to words; a piece that stands for no word (framing, a space) belongs to none.

    A piece that spans several words makes them one; words without a piece (the cut end of a long text) are
    left out.
    """
    groups: list[tuple[int, int, list[int]]] = [(start, end, []) for start, end in split_words(text)]
    for number, piece in enumerate(pieces):
        touched = [g for g in groups if g[0] < piece.end and piece.start < g[1]]
        if not touched:
            continue
        place = groups.index(touched[0])
        numbers = sorted({n for g in touched for n in g[2]} | {number})
        groups[place : place + len(touched)] = [(touched[0][0], touched[-1][1], numbers)]
    return tuple(Word(text[a:b], a, b, tuple(numbers)) for a, b, numbers in groups if numbers)


def split_words(text: str) -> list[tuple[int, int]]:
    """Return the words' places [start, end) in order; what lies between them is white space."""
    words: list[tuple[int, int]] = []
    before = ""
    for start, end in _clusters(text):
        kind = _kind(text[start:end])
        if kind != "space":
            if words and words[-1][1] == start and _continues(text, start, end, before, kind):
                words[-1] = (words[-1][0], end)
                # An apostrophe inside a word stays part of it.
                kind = "word" if before == "word" else kind
            else:
                words.append((start, end))
        before = kind
    return words


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Yield what a reader sees as one character: letters with their signs, composed emoji, flags."""
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or not _extends(text, start, place):
            yield start, place
            start = place


def _extends(text: str, start: int, place: int) -> bool:
    """Tell whether the character at ``place`` belongs to the one that begins at ``start``."""
    before, character = text[place - 1], text[place]
    if _is_gap(before) or character == _ZERO_WIDTH_SPACE:
        return False
    if unicodedata.category(character) in ("Mn", "Mc", "Me", "Cf") or character in _TRAILING:
        return True
    if before in _STACKING or (before == _JOINER and not character.isspace()):
        return True
    if _is_skin_tone(character):
        return True
    return _is_flag_letter(character) and _is_flag_letter(before) and place - start == 1


def _kind(cluster: str) -> str:
    """Return what a cluster is: word (part of one), mark (punctuation), single (a word by itself), space."""
    first = cluster[0]
    if _is_gap(first):
        return "space"
    if _UNSPACED.match(first) or _KEYCAP in cluster:
        return "single"
    if first == "_" or unicodedata.category(first)[0] in "LNM":
        return "word"
    return "mark" if unicodedata.category(first)[0] == "P" else "single"


def _continues(text: str, start: int, end: int, before: str, kind: str) -> bool:
    """Tell whether the cluster [start, end) goes on with the word that ends where it starts."""
    if kind == before:
        return kind in ("word", "mark")
    if before != "word" or kind != "mark" or end == len(text):
        return False
    inside = _INSIDE_NUMBERS if text[start - 1].isdigit() and text[end].isdigit() else _INSIDE_WORDS
    return text[start:end] in inside and _kind(text[end]) == "word"


def _is_gap(character: str) -> bool:
    return character.isspace() or character == _ZERO_WIDTH_SPACE


def _is_skin_tone(character: str) -> bool:
    return "\U0001f3fb" <= character <= "\U0001f3ff"


def _is_flag_letter(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"
