"""Which words are over-represented in a group of texts against the rest, in any script."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

# Scripts without spaces (kana, Han, Thai, Lao, Burmese): each character counts as a word.
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f"


@dataclass(frozen=True)
class OverWord:
    """A word: z-score of its log-odds ratio, group against rest, and how often it occurs in each."""

    word: str
    z: float
    log_odds: float
    in_group: int
    in_rest: int


def split_words(text: str) -> list[str]:
    """Return the words in lower case: runs of letters, digits and combining marks; unspaced characters alone.

    Emoji and other pictures are words too; punctuation is not.
    """
    return _pattern().findall(unicodedata.normalize("NFKC", text).lower())


def count_words(texts: Iterable[str | None]) -> Counter[str]:
    """Return how often each word occurs in the texts; a missing text has none."""
    return Counter(word for text in texts if text for word in split_words(text))


def over_represented(
    group: Counter[str], everything: Counter[str], most: int = 10, prior_words: float = 500.0
) -> list[OverWord]:
    """Return the words that mark the group, highest z-score first; only those with z > 0.

        delta_w = log((y_w + a_w) / (n + a - y_w - a_w)) - the same in the rest
        z_w = delta_w / sqrt(1 / (y_w + a_w) + 1 / (y'_w + a_w))

    with the prior a_w = ``prior_words`` * the word's share of all words, which keeps rare words from the top.
    Reference: Monroe, Colaresi, Quinn, Political Analysis 2008, equations 16, 20, 22. everything: the counts
    of all texts, the group's among them.
    """
    words = list(everything)
    total = np.array([everything[word] for word in words], float)
    inside = np.array([group[word] for word in words], float)
    if not 0 < inside.sum() < total.sum():
        return []
    prior = prior_words * total / total.sum()
    odds = _log_odds(inside, prior) - _log_odds(total - inside, prior)
    z = odds / np.sqrt(1 / (inside + prior) + 1 / (total - inside + prior))
    best = [k for k in np.lexsort((words, -z))[:most] if z[k] > 0]
    return [
        OverWord(words[k], float(z[k]), float(odds[k]), int(inside[k]), int(total[k] - inside[k]))
        for k in best
    ]


def _log_odds(counts: np.ndarray, prior: np.ndarray) -> np.ndarray:
    smoothed = counts + prior
    others = smoothed.sum() - smoothed
    # A vocabulary of one word has no other words; its odds are the same in both groups.
    return np.log(smoothed / np.where(others > 0, others, 1.0))


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    r"""``\w`` misses the combining marks, without which Indic and Arabic words fall apart."""
    marks = _class("M", range(0x300, 0x20000))
    pictures = _class("So", range(0x203C, 0x20000))
    skin = "\U0001f3fb-\U0001f3ff"
    picture = f"[{pictures}][{skin}\ufe0f]*(?:\u200d[{pictures}][{skin}\ufe0f]*)*"
    return re.compile(f"[{_UNSPACED}][{marks}]*|(?:[^\\W{_UNSPACED}]|[{marks}])+|{picture}")


def _class(category: str, characters: Iterable[int]) -> str:
    """Return the characters of a Unicode category as the ranges of a regular expression."""
    ranges: list[list[int]] = []
    for code in characters:
        if unicodedata.category(chr(code)).startswith(category):
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(f"{re.escape(chr(a))}-{re.escape(chr(b))}" for a, b in ranges)
