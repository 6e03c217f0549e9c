"""Pieces to words: what a reader would call one word, in any script; one emoji's pieces stay together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from i2moe_core.data.vocabulary import Piece

# Scripts without spaces: a run of letters is no word there, so each character stands for itself.
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f]")
_JOINED = "\u200d\ufe0f"  # of composed emoji


@dataclass(frozen=True)
class Word:
    """A word: its characters [start, end) of the text and the numbers of its pieces."""

    text: str
    start: int
    end: int
    pieces: tuple[int, ...]


def group_words(text: str, pieces: Sequence[Piece]) -> tuple[Word, ...]:
    """Group a text's pieces to words; framing pieces, which stand for no character, belong to none."""
    groups: list[list[int]] = []
    end = -1
    for number, piece in enumerate(pieces):
        if piece.end <= piece.start:
            continue
        if groups and (piece.start < end or (piece.start == end and _continues(text, piece.start))):
            groups[-1].append(number)
        else:
            groups.append([number])
        end = max(end, piece.end)
    return tuple(_word(text, pieces, group) for group in groups)


def _continues(text: str, place: int) -> bool:
    """Tell whether the characters before and after ``place`` belong to one word."""
    before, after = text[place - 1], text[place]
    if before in _JOINED or after in _JOINED or _is_skin_tone(after):
        return True
    if _UNSPACED.match(before) or _UNSPACED.match(after):
        return False
    return _is_letter(before) and _is_letter(after)


def _is_letter(character: str) -> bool:
    # Combining marks (Arabic vowels, Indic signs) are no letters to isalnum but never stand alone.
    return character.isalnum() or character == "_" or re.match(r"\w", character) is not None


def _is_skin_tone(character: str) -> bool:
    return "\U0001f3fb" <= character <= "\U0001f3ff"


def _word(text: str, pieces: Sequence[Piece], group: list[int]) -> Word:
    start, end = min(pieces[n].start for n in group), max(pieces[n].end for n in group)
    return Word(text[start:end], start, end, tuple(group))
