"""The numbers of the Map page: which samples are on a map, and what is special in a region.

Small frames and masks, kept for all sessions; figures never are. A region is compared with the other mapped
samples that pass the filter; found slices are looked for among all mapped samples.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import streamlit as st

from i2moe_core.analysis.columns import sample_rows
from i2moe_core.analysis.schema import MAPS, column
from i2moe_core.analysis.store import read_rows
from i2moe_core.measures.intervals import mean_interval, wilson_interval
from i2moe_core.measures.slices import Slice, found_slices, largest
from i2moe_core.measures.words import OverWord, over_represented, split_words
from i2moe_core.plots import expert_colours, expert_label
from i2moe_core.plots.map import WRONG
from i2moe_core.plots.palette import INK
from i2moe_core.ui.filters import Filter, apply
from i2moe_core.ui.region import inside
from i2moe_core.ui.table import Key, Table

POINTS = 50_000  # on a map
EXEMPLARS = 8
WORDS = 10
ERRORS, APART = "errors", "disagreement"  # what slices are looked for by
TOP = 0.1  # of the samples: what counts as strong
_FEW = 2_000  # rows up to which an interval is worth a thousand draws


@dataclass(frozen=True)
class Facts:
    """What is special in a region: its size, its errors, and frames for ``plots.plot_against``.

    errors: one row, empty where right and wrong are not known. words: empty without texts. exemplars: rows of
    the table, nearest to the centre first.
    """

    count: int
    rest: int
    errors: pd.DataFrame
    experts: pd.DataFrame
    classes: pd.DataFrame
    words: list[OverWord]
    exemplars: list[int]


def maps_of(table: Table) -> list[str]:
    """Return which maps the analysis holds."""
    return [name for name in MAPS if len(places_on(table, name))]


def places_on(table: Table, name: str) -> np.ndarray:
    """Return the rows that are drawn, (n,): all with a place on the map, or a seeded choice of POINTS."""
    return _places(table.key, name, _table=table)


def points_on(table: Table, name: str) -> pd.DataFrame:
    """Return ``x y place`` of the drawn samples."""
    places = places_on(table, name)
    frame = table.columns([f"{name}_x", f"{name}_y"]).iloc[places].reset_index(drop=True)
    return pd.DataFrame({"x": frame[f"{name}_x"], "y": frame[f"{name}_y"], "place": places})


def facts(table: Table, name: str, corners: np.ndarray, chosen: Filter, kind: str = "share") -> Facts | None:
    """Return what is special in a region; None where no sample in it passes the filter.

    kind: "share" or "weight", of the experts.
    """
    found = _facts(table.key, name, corners.tobytes(), chosen, kind, _table=table, _corners=corners)
    if found is None:
        return None
    labels = [expert_label(name) for name in found.experts["key"]]
    return replace(found, experts=found.experts.assign(label=labels))


def slices(table: Table, name: str, mark: str) -> tuple[list[Slice], np.ndarray]:
    """Return clusters of the map in which ``mark`` is unusually frequent, and what their rows count in."""
    return _slices(table.key, name, mark, _table=table)


def marks(table: Table) -> list[str]:
    """Return what slices can be looked for."""
    return [APART] if table.task == "regression" else [ERRORS, APART]


@st.cache_resource(max_entries=8, show_spinner=False)
def _places(key: Key, name: str, _table: Table) -> np.ndarray:
    x = _table.columns([f"{name}_x"])[f"{name}_x"].to_numpy(dtype=np.float32)
    return sample_rows(np.isfinite(x), POINTS)


@st.cache_resource(max_entries=32, show_spinner=False)
def _facts(
    key: Key, name: str, code: bytes, chosen: Filter, kind: str, _table: Table, _corners: np.ndarray
) -> Facts | None:
    points = points_on(_table, name)
    x, y, places = (points[c].to_numpy() for c in ("x", "y", "place"))
    passing = apply(_table, chosen)[places]
    here = inside(_corners, x, y) & passing
    rest = passing & ~here
    if not here.any():
        return None
    centre = np.median(x[here]), np.median(y[here])
    far = np.where(here, (x - centre[0]) ** 2 + (y - centre[1]) ** 2, np.inf)
    nearest = np.argsort(far, kind="stable")[: min(EXEMPLARS, int(here.sum()))]
    return Facts(
        int(here.sum()), int(rest.sum()), _errors(_table, places, here, rest),
        _experts(_table, places, here, rest, kind), _classes(_table, places, here, rest),
        _words(_table, name, here, rest), places[nearest].tolist(),
    )  # fmt: skip


def _errors(table: Table, places: np.ndarray, here: np.ndarray, rest: np.ndarray) -> pd.DataFrame:
    right = table.columns(["correct"])["correct"].iloc[places]
    known, wrong = right.notna().to_numpy(), (right == False).to_numpy(dtype=bool)  # noqa: E712
    here, rest = here & known, rest & known
    if not here.any():
        return _against([], np.zeros((0, 2)), np.zeros((0, 2)), [], [])
    hits = np.array([[(wrong & here).sum()], [(wrong & rest).sum()]], dtype=float)
    return _shares(["wrong"], hits, (here.sum(), rest.sum()), [WRONG])


def _experts(table: Table, places: np.ndarray, here: np.ndarray, rest: np.ndarray, kind: str) -> pd.DataFrame:
    names = [column(kind, expert) for expert in table.experts]
    values = table.columns(names).iloc[places].to_numpy(dtype=np.float32)
    values = np.nan_to_num(values)
    sides = [values[here], values[rest] if rest.any() else values[here]]
    ends = [mean_interval(v, draws=1000 if len(v) <= _FEW else 200) for v in sides]
    colours = expert_colours(table.experts)
    return _against(
        list(table.experts), np.stack([s.mean(0) for s in sides], 1), np.stack(ends, 1),
        [colours[e] for e in table.experts], rest.any(),
    )  # fmt: skip


def _classes(table: Table, places: np.ndarray, here: np.ndarray, rest: np.ndarray) -> pd.DataFrame:
    """Return the classes whose shares differ most, at most 8."""
    if not table.classes:
        return _against([], np.zeros((0, 2)), np.zeros((0, 2)), [], [])
    labels = table.columns(["label"])["label"].iloc[places].astype("category")
    names = [str(name) for name in labels.cat.categories]
    codes = labels.cat.codes.to_numpy()
    hits = np.stack([np.bincount(codes[part & (codes >= 0)], minlength=len(names)) for part in (here, rest)])
    found = _shares(names, hits.astype(float), (here.sum(), rest.sum()), [INK] * len(names))
    order = (found["value"] - found["rest"]).abs().sort_values(ascending=False, kind="stable").index[:8]
    return found.loc[order].sort_values("value", ascending=False, kind="stable").reset_index(drop=True)


def _words(table: Table, name: str, here: np.ndarray, rest: np.ndarray) -> list[OverWord]:
    vocabulary, word, row = _tokens(table.key, name, _table=table)
    if not len(word):
        return []
    inner = np.bincount(word[here[row]], minlength=len(vocabulary))
    outer = np.bincount(word[rest[row]], minlength=len(vocabulary))
    own = Counter({vocabulary[k]: int(inner[k]) for k in np.flatnonzero(inner)})
    total = Counter({vocabulary[k]: int(inner[k] + outer[k]) for k in np.flatnonzero(inner + outer)})
    return over_represented(own, total, WORDS)


@st.cache_resource(max_entries=4, show_spinner=False)
def _tokens(key: Key, name: str, _table: Table) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Return the words of the drawn samples: the vocabulary, each word's number, and whose it is."""
    numbers: dict[str, int] = {}
    words: list[int] = []
    counts: list[int] = []
    for text in texts_of(_table, name):
        found = split_words(text) if isinstance(text, str) else []
        words += [numbers.setdefault(word, len(numbers)) for word in found]
        counts.append(len(found))
    rows = np.repeat(np.arange(len(counts)), counts)
    return list(numbers), np.array(words, dtype=np.int32), rows.astype(np.int32)


def texts_of(table: Table, name: str) -> Sequence[str | None]:
    """Return the texts of the drawn samples, which are too large to keep."""
    texts = read_rows(table.path, places_on(table, name).tolist(), ["text"])["text"]
    return [text if isinstance(text, str) else None for text in texts]


@st.cache_resource(max_entries=8, show_spinner=False)
def _slices(key: Key, name: str, mark: str, _table: Table) -> tuple[list[Slice], np.ndarray]:
    points = points_on(_table, name)
    places = points["place"].to_numpy()
    if mark == ERRORS:
        right = _table.columns(["correct"])["correct"].iloc[places]
        kept = right.notna().to_numpy()
        marked = (right == False).to_numpy(dtype=bool)  # noqa: E712
    else:
        apart = _table.columns(["jensen_shannon"])["jensen_shannon"].iloc[places].to_numpy(dtype=float)
        kept, marked = np.isfinite(apart), largest(apart, TOP)
    flat = points[["x", "y"]].to_numpy(dtype=float)[kept]
    texts = [text for text, one in zip(texts_of(_table, name), kept, strict=True) if one]
    return found_slices(flat, marked[kept], texts), places[kept]


def _shares(
    keys: Sequence[str], hits: np.ndarray, sizes: tuple[int, int], colours: Sequence[str]
) -> pd.DataFrame:
    """Return shares of counts, (2, K) here and elsewhere, with Wilson intervals."""
    trials = np.array(sizes, dtype=float)[:, None]
    ends = wilson_interval(hits, trials)  # (2, K, 2)
    means = hits / np.maximum(trials, 1)
    return _against(list(keys), means.T, ends.transpose(1, 0, 2), list(colours), sizes[1] > 0)


def _against(
    keys: list[str], means: np.ndarray, ends: np.ndarray, colours: list[str], comparable: object
) -> pd.DataFrame:
    """Return the rows of ``plot_against``, named by their keys.

    means: (K, 2), here and elsewhere; ends: (K, 2, 2) intervals.
    sure: the interval of the difference, joined from both (Newcombe 1998, method 10), leaves out zero.
    """
    if not keys:
        return pd.DataFrame(columns=["key", "label", "value", "low", "high", "rest", "colour", "sure"])
    gap = means[:, 0] - means[:, 1]
    up = np.hypot(ends[:, 0, 1] - means[:, 0], means[:, 1] - ends[:, 1, 0])
    down = np.hypot(means[:, 0] - ends[:, 0, 0], ends[:, 1, 1] - means[:, 1])
    sure = ((gap - down > 0) | (gap + up < 0)) & bool(comparable)
    return pd.DataFrame(
        {
            "key": keys, "label": keys, "value": means[:, 0], "low": ends[:, 0, 0],
            "high": ends[:, 0, 1], "rest": means[:, 1], "colour": colours, "sure": sure,
        }
    )  # fmt: skip
