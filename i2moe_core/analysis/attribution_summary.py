"""A split's attributions in few numbers: shares of the inputs, words and mean maps by class and expert."""

from __future__ import annotations

import json
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

LEAST = 3  # samples in which a word must stand to be listed
WORDS = 20  # listed for each class and expert
Group = tuple[str, str]  # class, expert


class Summary:
    """Sums that grow with each part; the means are taken when asked."""

    def __init__(self, about: Mapping[str, Any], kinds: Mapping[str, str]) -> None:
        self.about, self.kinds = dict(about), dict(kinds)
        self._count: dict[Group, int] = defaultdict(int)
        self._shares: dict[tuple[Group, str], list[float]] = defaultdict(lambda: [0.0, 0])
        self._words: dict[tuple[Group, str], dict[str, list[float]]] = defaultdict(dict)
        self._maps: dict[tuple[Group, str], tuple[np.ndarray, int]] = {}

    def add(self, table: pa.Table) -> None:
        """Count a part's rows in."""
        for row in table.to_pylist():
            group = (row["class"], row["expert"])
            self._count[group] += 1
            for name, kind in self.kinds.items():
                values = row[f"values_{name}"]
                if values is None:
                    continue
                total = self._shares[group, name]
                total[0], total[1] = total[0] + row[f"share_{name}"], total[1] + 1
                if kind == "text":
                    self._add_words(group, name, row[f"words_{name}"] or [], values)
                else:
                    self._add_map(group, name, np.array(values, dtype=float))

    def shares(self) -> dict[str, dict[str, float]]:
        """Return each expert's mean share of every input, over all classes."""
        sums: dict[str, dict[str, list[float]]] = {}
        for ((_, expert), name), (total, count) in self._shares.items():
            own = sums.setdefault(expert, {}).setdefault(name, [0.0, 0])
            own[0], own[1] = own[0] + total, own[1] + count
        return {e: {n: total / count for n, (total, count) in s.items()} for e, s in sums.items()}

    def words(
        self, group: Group, modality: str, least: int = LEAST, count: int = WORDS
    ) -> list[dict[str, Any]]:
        """Return the words with the largest mean attribution, up or down, of those in ``least`` samples.

        A word that stands twice in a sample counts once, with its sum.
        """
        found = self._words.get((group, modality), {})
        means = [(word, total / n, int(n)) for word, (total, n) in found.items() if n >= least]
        ranked = sorted(means, key=lambda entry: (-abs(entry[1]), entry[0]))[:count]
        return [{"word": word, "mean": mean, "samples": n} for word, mean, n in ranked]

    def mean_map(self, group: Group, modality: str) -> np.ndarray | None:
        """Return the mean number of each patch, (G, G), or of each run of an array; None without samples."""
        if (group, modality) not in self._maps:
            return None
        total, count = self._maps[group, modality]
        side = round(len(total) ** 0.5)
        mean: np.ndarray = total / count
        return mean.reshape(side, side) if self.kinds[modality] == "image" and side**2 == len(total) else mean

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON values: class -> expert -> samples, shares, words and maps."""
        classes: dict[str, dict[str, Any]] = {}
        for group in sorted(self._count):
            classes.setdefault(group[0], {})[group[1]] = self._group(group)
        return self.about | {"least": LEAST, "shares": self.shares(), "classes": classes}

    def to_json(self) -> bytes:
        """Return the content of a JSON file."""
        return (json.dumps(self.to_dict(), indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()

    def _group(self, group: Group) -> dict[str, Any]:
        given = [name for name in self.kinds if (group, name) in self._shares]
        maps = {n: self.mean_map(group, n) for n in given if self.kinds[n] != "text"}
        return {
            "samples": self._count[group],
            "shares": {n: self._shares[group, n][0] / self._shares[group, n][1] for n in given},
            "words": {n: self.words(group, n) for n in given if self.kinds[n] == "text"},
            "maps": {n: mean.tolist() for n, mean in maps.items() if mean is not None},
        }

    def _add_words(self, group: Group, name: str, words: list[str], values: list[float]) -> None:
        own: dict[str, float] = {}
        for word, value in zip(words, values, strict=True):
            if value == value:  # not where the method is silent
                own[_one(word)] = own.get(_one(word), 0.0) + value
        counted = self._words[group, name]
        for word, value in own.items():
            total = counted.setdefault(word, [0.0, 0])
            total[0], total[1] = total[0] + value, total[1] + 1

    def _add_map(self, group: Group, name: str, values: np.ndarray) -> None:
        total, count = self._maps.get((group, name), (np.zeros(len(values)), 0))
        if len(total) == len(values) and np.isfinite(values).all():
            self._maps[group, name] = (total + values, count + 1)


def _one(word: str) -> str:
    """Return a word's one spelling, in any script: composed, without case."""
    return unicodedata.normalize("NFC", word).casefold()
