"""What the generated sentences are: a text, and where the word that decides stands in it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sentence:
    """text, and the characters [start, end) of the word that decides; both 0 where none does."""

    text: str
    start: int = 0
    end: int = 0
