"""What the Representations page shows: the figures beside a run as frames and sentences; draws nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st

from i2moe_core.analysis.retrieval_file import Direction, Matched, Retrieval, read_retrieval, retrieval_path
from i2moe_core.analysis.similarity import ALIGNMENT, KINDS, MAP
from i2moe_core.checkpoint import Run
from i2moe_core.measures.retrieval import KS
from i2moe_core.plots import expert_colours
from i2moe_core.types import UNIQUE
from i2moe_core.ui.words import plain

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
    return [KINDS[kind] for kind in dict.fromkeys(d.by for d in pair.directions)]


def recall_rows(pair: Matched) -> pd.DataFrame:
    """Return ``label group kind value low high chance`` of recall at each k, direction by direction."""
    rows = []
    for query, item in ((pair.first, pair.second), (pair.second, pair.first)):
        for k in KS:
            for d in _towards(pair, query):
                f = d.figures[f"recall@{k}"]
                label = f"{query} → {item}, first {k}" if k > 1 else f"{query} → {item}, first"
                rows.append((label, query, KINDS[d.by], f.value, f.low, f.high, f.chance))
    return pd.DataFrame(rows, columns=COLUMNS)


def figure_table(pair: Matched) -> pd.DataFrame:
    """Return a line per direction and similarity, and one of chance, with all figures as text."""
    rows = []
    for query in (pair.first, pair.second):
        directions = _towards(pair, query)
        rows += [_line(d, KINDS[d.by], chance=False) for d in directions]
        rows.append(_line(directions[0], "chance", chance=True))
    return pd.DataFrame(rows)


def recall_sentence(found: Retrieval, pair: Matched, query: str) -> str:
    """Say what asking with one modality finds by the main similarity, against chance."""
    d = _towards(pair, query)[0]
    middle, ten = d.figures["median_rank"], d.figures["recall@10"]
    better = ten.low > ten.chance or middle.high < middle.chance
    said = "" if better else " **This is no better than chance.**"
    return (
        f"Asked with the **{plain(query)}**, {KINDS[d.by]} puts the right {plain(d.item)} at rank "
        f"**{middle.value:,.0f}** of {found.samples:,} in the middle (median; chance {middle.chance:,.0f}), "
        f"and among the first ten in **{_percent(ten.value)}** (chance {_percent(ten.chance)}).{said}"
    )


def together_sentence(found: Retrieval) -> str:
    """Say what brought the modalities together in training."""
    if found.trained == ALIGNMENT:
        return "In training the method *alignment* matched partners by the scores that the fusion attends by."
    if found.trained:
        return f"In training the method *{plain(found.trained)}* brought partners together."
    return "In training nothing brought partners together: only a map fitted afterwards can find them."


def gap_sentence(pair: Matched) -> str:
    """Say what the gap's figures come to."""
    apart = pair.gap.separability
    if apart is None:
        return "There are too few different samples to say whether the two lie apart."
    if apart > 0.95:
        how = "The two lie **apart**: a straight cut tells which is which"
    elif apart > 0.7:
        how = "The two **overlap in part**: a straight cut often tells which is which"
    else:
        how = "The two are **mixed**: a straight cut hardly tells which is which"
    near = "nearer to each other than" if pair.gap.alignment < 1.9 else "no nearer to each other than"
    return (
        f"{how} (AUROC {apart:.3f}). Partners lie {near} vectors at right angles (mean squared distance "
        f"{pair.gap.alignment:.2f}; those have 2)."
    )


def across(pair: Matched) -> str:
    """Say why a gap need not do harm to this run."""
    if pair.main == ALIGNMENT:
        return (
            "the run's own matching compares single tokens, not these vectors, and finds partners across it."
        )
    return "a fusion can turn each input by itself before it compares them."


def gap_frame(pair: Matched) -> pd.DataFrame:
    """Return ``x1 y1 x2 y2 label`` of the pairs in the picture."""
    points = np.concatenate([np.array(pair.plane.first), np.array(pair.plane.second)], axis=1)
    labels = [text or name for text, name in zip(pair.plane.texts, pair.plane.ids, strict=True)]
    return pd.DataFrame(points, columns=["x1", "y1", "x2", "y2"]).assign(label=labels)


def way_sentence(by: str) -> str:
    """Say by what similarity a query is answered."""
    if by == ALIGNMENT:
        return "by the run's own matching, as it was trained"
    if by == MAP:
        return "by a linear map that was fitted on the training samples"
    return "by the cosine of the encoders' vectors, which nothing brought together: expect chance"


def _towards(pair: Matched, query: str) -> list[Direction]:
    return [d for d in pair.directions if d.query == query]


def _line(d: Direction, name: str, chance: bool) -> dict[str, str]:
    values = {key: f.chance if chance else f.value for key, f in d.figures.items()}
    shares = {f"First {k}" if k > 1 else "First": _percent(values[f"recall@{k}"]) for k in KS}
    return {
        "Asked with": f"{d.query} → {d.item}",
        "By": name,
        **shares,
        "Median rank": f"{values['median_rank']:,.1f}".removesuffix(".0"),
        "Mean 1/rank": f"{values['mean_reciprocal_rank']:.3f}",
    }


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %" if share < 0.1 else f"{100 * share:.0f} %"


@st.cache_resource(max_entries=8, show_spinner=False)
def _read(path: str, written: int) -> Retrieval | None:
    return read_retrieval(Path(path))
