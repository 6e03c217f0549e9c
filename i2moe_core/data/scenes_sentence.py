"""Sentences of ``scenes``: an opener, a verb, what to point at (named by shape or by colour) and a tail."""

from __future__ import annotations

from i2moe_core.data.draws import Draws
from i2moe_core.data.sentence import Sentence

OPENERS = (
    "", "", "please", "now", "today", "in this picture", "for the game", "if you can", "on the next page",
    "dear visitor", "let us play and", "with one finger", "after the bell", "you should",
)  # fmt: skip
VERBS = ("pick", "point at", "find", "choose", "take", "look for", "touch", "select", "search for")
TAILS = (
    "", "", "for me", "as fast as you can", "before lunch", "said the teacher", "and say its name",
    "with care", "to win a prize", "that is all", "in the drawing", "this time",
)  # fmt: skip
SHAPE_WORDS = (
    ("circle", "disc", "ball", "sphere", "dot"),
    ("triangle", "wedge", "pyramid", "arrowhead", "tent"),
    ("cross", "plus", "crossroads", "crosshair", "junction"),
)
COLOUR_WORDS = (
    ("red", "crimson", "scarlet"),
    ("green", "emerald", "jade"),
    ("blue", "cobalt", "sapphire"),
    ("yellow", "golden", "lemon"),
    ("purple", "violet", "plum"),
    ("orange", "tangerine", "pumpkin"),
)
# "@" is the indefinite article of the word that follows it, "*" the words themselves.
SHAPE_PHRASES = (
    "the *", "@ *", "the nice *", "something like @ *", "the plain *", "one *", "the thing we call @ *",
    "any * you see",
)  # fmt: skip
COLOUR_PHRASES = (
    "the * one", "the * thing", "the * object", "the item in *", "whatever is *", "the * figure",
    "the part painted *", "something *",
)  # fmt: skip
NEGATIONS = ("not {a} but {b}", "{b} and not {a}", "{b} rather than {a}", "{b} and forget {a}")


def shape_sentence(shape: int, colour: int, other_shape: int, other_colour: int, draws: Draws) -> Sentence:
    """Name a shape; in 60% its colour too. What is negated is another shape, alike with another colour."""
    with_colour = draws.below(5) < 3
    word = draws.choice(SHAPE_WORDS[shape])

    def words(own_word: str, own_colour: int) -> str:
        return f"{draws.choice(COLOUR_WORDS[own_colour])} {own_word}" if with_colour else own_word

    wanted = _phrase(draws.choice(SHAPE_PHRASES), words(word, colour))
    other_word = draws.choice(SHAPE_WORDS[other_shape])
    return _sentence(
        wanted, word, _phrase(draws.choice(SHAPE_PHRASES), words(other_word, other_colour)), draws
    )


def colour_sentence(colour: int, other_colour: int, draws: Draws) -> Sentence:
    """Name a colour only. What is negated is another colour."""
    word = draws.choice(COLOUR_WORDS[colour])
    wanted = _phrase(draws.choice(COLOUR_PHRASES), word)
    other = _phrase(draws.choice(COLOUR_PHRASES), draws.choice(COLOUR_WORDS[other_colour]))
    return _sentence(wanted, word, other, draws)


def _phrase(pattern: str, words: str) -> str:
    article = "an" if words[0] in "aeiou" else "a"
    return pattern.replace("@", article).replace("*", words)


def _sentence(wanted: str, word: str, other: str, draws: Draws) -> Sentence:
    """Wrap the phrase ``wanted``; its deciding ``word`` is marked by a control character until the end."""
    head, tail = wanted.rsplit(word, 1)
    thing = f"{head}\0{word}{tail}"
    if draws.below(4) == 0:
        thing = draws.choice(NEGATIONS).format(a=other, b=thing)
    parts = (draws.choice(OPENERS), draws.choice(VERBS), thing, draws.choice(TAILS))
    marked = " ".join(part for part in parts if part)
    start = marked.index("\0")
    text = marked.replace("\0", "")
    return Sentence(text[0].upper() + text[1:], start, start + len(word))
