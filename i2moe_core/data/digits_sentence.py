"""Sentences of ``digits``: one names a digit, one only asks, one tells to add a number to the digit."""

from __future__ import annotations

from i2moe_core.data.draws import Draws
from i2moe_core.data.sentence import Sentence

WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
OPENERS = ("", "", "", "look,", "well,", "good morning,", "dear pupil,", "first,", "now,", "listen,")
TAILS = (
    "",
    "",
    "",
    ", please",
    ", thank you",
    ", said the teacher",
    ", and take your time",
    ", my friend",
    " today",
)
# "@" is the indefinite article of the word that follows it, "*" the word.
NAMING = (
    "the answer is *", "write down @ *", "say *", "the right digit is *", "choose the *", "it should be @ *",
    "put @ * here", "the solution is *",
)  # fmt: skip
ASKING = (
    "which digit is it", "what number is written here", "read the digit", "can you read this",
    "name the number in the picture", "what did they write", "tell me the digit", "which number do you see",
)  # fmt: skip
ADDING = (
    "add * to the digit", "the digit plus *", "count * further from the digit",
    "what is * more than the digit", "go * steps up from the number", "start at the digit and add *",
    "take the number and add *", "* must be added to the digit",
)  # fmt: skip
NEGATIONS = ("{b}, not {a}", "not {a}: {b}", "{b} and forget {a}", "never mind {a}: {b}")


def naming_sentence(digit: int, count: int, draws: Draws) -> Sentence:
    """Name the digit, in a quarter of all with another one of ``count`` that it is not."""
    thing = _marked(draws.choice(NAMING), digit)
    if draws.below(4) == 0:
        other = WORDS[(digit + draws.between(1, count - 1)) % count]
        thing = draws.choice(NEGATIONS).format(a=other, b=thing)
    return _sentence(thing, draws)


def asking_sentence(draws: Draws) -> Sentence:
    """Ask which digit it is."""
    return _sentence(draws.choice(ASKING), draws)


def adding_sentence(number: int, draws: Draws) -> Sentence:
    """Tell to add a number; after nine comes zero."""
    return _sentence(_marked(draws.choice(ADDING), number), draws)


def _marked(pattern: str, number: int) -> str:
    """Fill the pattern; the word is set between control characters until the end."""
    article = "an" if WORDS[number] == "eight" else "a"
    return pattern.replace("@", article).replace("*", f"\0{WORDS[number]}\0")


def _sentence(thing: str, draws: Draws) -> Sentence:
    marked = f"{draws.choice(OPENERS)} {thing}".lstrip() + draws.choice(TAILS)
    pieces = marked.split("\0")
    text = "".join(pieces)
    text = text[0].upper() + text[1:]
    return (
        Sentence(text, len(pieces[0]), len(pieces[0]) + len(pieces[1]))
        if len(pieces) == 3
        else Sentence(text)
    )
