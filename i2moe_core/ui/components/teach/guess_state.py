"""A round of guesses, held whole by its link: seed, number of samples, guesses so far, the one in sight."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.ui import guessed

COUNTS = (8, 12, 20, 40)
_LETTERS = "0123456789abcdefghij"  # one for each interaction
_SEEDS = 100_000


@dataclass(frozen=True)
class Round:
    """Where a round is.

    rows: (n,) of the run's reference, in the order of asking. answers: the interaction of each.
    guesses: those made so far. at: which sample is in sight, counted from 0. source: as in ``Kinds``.
    """

    seed: int
    rows: tuple[int, ...]
    answers: tuple[str, ...]
    guesses: tuple[str, ...]
    at: int
    source: str

    @property
    def is_revealed(self) -> bool:
        """Say whether the sample in sight has been guessed."""
        return self.at < len(self.guesses)

    @property
    def is_over(self) -> bool:
        """Say whether every sample has been guessed and looked at."""
        return self.at >= len(self.rows)


def read_round(run: Run, experts: Sequence[str]) -> Round:
    """Return the round of the link; what cannot be read in it begins anew."""
    seed, count = _number("seed", 1, _SEEDS), _number("items", 12, max(COUNTS))
    known, rows = guessed.kinds(run), guessed.drawn(run, count, seed)
    letters = st.query_params.get("guesses", "")[: len(rows)]
    readable = _LETTERS[: len(experts)]
    cut = next((n for n, letter in enumerate(letters) if letter not in readable), len(letters))
    guesses = tuple(experts[readable.index(letter)] for letter in letters[:cut])
    at = min(_number("at", len(guesses) + 1, len(rows) + 1) - 1, len(guesses))
    answers = tuple(str(known.of[row]) for row in rows)
    return Round(seed, tuple(np.asarray(rows).tolist()), answers, guesses, at, known.source)


def guess(experts: Sequence[str], expert: str, before: int) -> None:
    """Add a guess to the link, unless that sample has been guessed; for use in a callback."""
    letters = st.query_params.get("guesses", "")
    if len(letters) > before and letters[before] in _LETTERS[: len(experts)]:
        return  # the second of two quick clicks
    st.query_params["guesses"] = letters[:before] + _LETTERS[list(experts).index(expert)]
    st.query_params["at"] = str(before + 1)


def go_to(place: int) -> None:
    """Put the sample at ``place``, counted from 0, in sight; for use in a callback."""
    st.query_params["at"] = str(place + 1)


def begin_round(count: int | None = None) -> None:
    """Begin a round of other samples; for use in a callback."""
    for name in ("guesses", "at"):
        st.query_params.pop(name, None)
    st.query_params["seed"] = str(1 + secrets.randbelow(_SEEDS))
    if count is not None:
        st.query_params["items"] = str(count)


def _number(name: str, otherwise: int, most: int) -> int:
    asked = st.query_params.get(name, "")
    return int(asked) if asked.isascii() and asked.isdigit() and 1 <= int(asked[:9]) <= most else otherwise
