"""How good the guesses are: hits with an interval, chance beside them, and what is taken for what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from i2moe_core.measures.intervals import wilson_interval

COLUMNS = ("number", "sample", "guess", "answer", "right", "held_against", "run", "seed")


@dataclass(frozen=True)
class Score:
    """The score of some guesses; shares in [0, 1].

    low, high: the 95% Wilson interval of the hits. chance: what blind guessing gets, one in as many as there
    are interactions. commonest: what always naming the commonest of the answers so far would have got.
    """

    guesses: int
    hits: int
    low: float
    high: float
    chance: float
    commonest: float

    @property
    def share(self) -> float:
        """The share of hits; 0 before the first guess."""
        return self.hits / self.guesses if self.guesses else 0.0


def score_of(guesses: Sequence[str], answers: Sequence[str], kinds: int) -> Score:
    """Return the score of guesses, each held against the answer at its place; kinds: how many there are."""
    count = len(guesses)
    hits = sum(guess == answer for guess, answer in zip(guesses, answers, strict=True))
    low, high = wilson_interval(hits, count).tolist()
    commonest = max(Counter(answers).values(), default=0) / max(count, 1)
    return Score(count, hits, low, high, 1 / kinds, commonest)


def confusion(guesses: Sequence[str], answers: Sequence[str], kinds: Sequence[str]) -> pd.DataFrame:
    """Return how often each guess (rows) was made for each answer (columns), in the order of ``kinds``."""
    counts = Counter(zip(guesses, answers, strict=True))
    return pd.DataFrame([[counts[guess, answer] for answer in kinds] for guess in kinds], kinds, kinds)


def guesses_as_frame(
    samples: Sequence[str], guesses: Sequence[str], answers: Sequence[str], source: str, run: str, seed: int
) -> pd.DataFrame:
    """Return the guesses as a table to take home, one row a guess, with COLUMNS."""
    rows = [
        (number, sample, guess, answer, int(guess == answer), source, run, seed)
        for number, (sample, guess, answer) in enumerate(zip(samples, guesses, answers, strict=True), start=1)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))
