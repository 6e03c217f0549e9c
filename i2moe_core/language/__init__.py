"""What the app says, in the visitor's language: English sentences are the keys, a catalogue has the others.

say("Epoch {last} of {all}", last=3, all=9)   # translated when it is shown, numbers put in afterwards
NAMES = {"xor": marked("Both needed")}        # a constant: marked where it stands, said where it is shown
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

ENGLISH = "en"
LANGUAGES = {ENGLISH: "English", "zh": "简体中文"}
FOLDER = Path(__file__).parent


class _Current:
    """Who knows the visitor's language; English where nobody was asked to."""

    resolver: Callable[[], str] = staticmethod(lambda: ENGLISH)


def follow(resolver: Callable[[], str]) -> None:
    """Ask ``resolver`` for the language's code from now on, each time something is said."""
    _Current.resolver = staticmethod(resolver)


def current() -> str:
    """Return the code of the visitor's language, one of ``LANGUAGES``."""
    code = _Current.resolver()
    return code if code in LANGUAGES else ENGLISH


def say(english: str, **values: object) -> str:
    """Return a sentence in the visitor's language, with ``{names}`` replaced by ``values``.

    A sentence that the catalogue lacks is said in English; the tests see to it that none is missing.
    """
    text = catalogue(current()).get(english, english)
    return text.format(**values) if values else text


def marked(english: str) -> str:
    """Return ``english`` as it is: marks a constant for the catalogue, to be said where it is shown."""
    return english


@cache
def catalogue(code: str) -> dict[str, str]:
    """Return English to translated, all parts of a language's folder together; empty for English."""
    parts = sorted((FOLDER / code).glob("*.json"))
    return {key: text for part in parts for key, text in json.loads(part.read_text("utf-8")).items()}
