"""What the Representations page shows: the figures beside a run as frames; draws nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st

from i2moe_core.analysis.retrieval.file import Direction, Matched, Retrieval, read_retrieval, retrieval_path
from i2moe_core.analysis.similarity import KINDS
from i2moe_core.checkpoint import Run
from i2moe_core.language import say
from i2moe_core.measures.retrieval import KS
from i2moe_core.plots import expert_colours
from i2moe_core.types import UNIQUE
from i2moe_core.ui.represented_words import short_percent, towards, way_label

COLUMNS = ["label", "group", "kind", "value", "low", "high", "chance"]


def find_retrieval(run: Run, split: str) -> tuple[Retrieval | None, bool]:
    """Return the figures of a split, and whether some lie there that are of other weights.

    Raises:
        InputError: the file is damaged.
    """
    path = retrieval_path(run.path, split)
    found = _read(str(path), path.stat().st_mtime_ns) if path.is_file() else None
    fits = found is not None and found.run_id == run.id
    return (found, False) if fits else (None, found is not None)


def colours_of(names: tuple[str, str]) -> list[str]:
    """Return the colours of two modalities: their unique experts'."""
    return list(expert_colours([f"{UNIQUE}:{name}" for name in names]).values())


def kinds_of(pair: Matched) -> list[str]:
    """Return the names of the similarities, the main one first."""
    return [say(KINDS[kind]) for kind in dict.fromkeys(d.by for d in pair.directions)]


def recall_rows(pair: Matched) -> pd.DataFrame:
    """Return ``label group kind value low high chance`` of recall at each k, direction by direction."""
    rows = []
    for query in (pair.first, pair.second):
        for k in KS:
            for d in towards(pair, query):
                f = d.figures[f"recall@{k}"]
                rows.append((_row_label(d, k), query, say(KINDS[d.by]), f.value, f.low, f.high, f.chance))
    return pd.DataFrame(rows, columns=COLUMNS)


def figure_table(pair: Matched) -> pd.DataFrame:
    """Return a line per direction and similarity, and one of chance, with all figures as text."""
    rows = []
    for query in (pair.first, pair.second):
        directions = towards(pair, query)
        rows += [_line(d, say(KINDS[d.by]), chance=False) for d in directions]
        rows.append(_line(directions[0], say("chance"), chance=True))
    return pd.DataFrame(rows)


def gap_frame(pair: Matched) -> pd.DataFrame:
    """Return ``x1 y1 x2 y2 label`` of the pairs in the picture."""
    points = np.concatenate([np.array(pair.plane.first), np.array(pair.plane.second)], axis=1)
    labels = [text or name for text, name in zip(pair.plane.texts, pair.plane.ids, strict=True)]
    return pd.DataFrame(points, columns=["x1", "y1", "x2", "y2"]).assign(label=labels)


def _row_label(d: Direction, k: int) -> str:
    way = way_label(d.query, d.item)
    return say("{way}, first {count}", way=way, count=k) if k > 1 else say("{way}, first", way=way)


def _line(d: Direction, name: str, chance: bool) -> dict[str, str]:
    values = {key: f.chance if chance else f.value for key, f in d.figures.items()}
    heads = {k: say("First {count}", count=k) if k > 1 else say("First") for k in KS}
    return {
        say("Asked with"): way_label(d.query, d.item),
        say("By"): name,
        **{heads[k]: short_percent(values[f"recall@{k}"]) for k in KS},
        say("Median rank"): f"{values['median_rank']:,.1f}".removesuffix(".0"),
        say("Mean 1/rank"): f"{values['mean_reciprocal_rank']:.3f}",
    }


@st.cache_resource(max_entries=8, show_spinner=False)
def _read(path: str, written: int) -> Retrieval | None:
    return read_retrieval(Path(path))
