"""The numbers of the Interactions page under a filter, kept for all sessions; figures never are.

All of them are of the same samples: those that pass, at most MOST drawn at random.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st

from i2moe_core.analysis import triangulation
from i2moe_core.analysis.columns import sample_rows
from i2moe_core.analysis.emap_file import Emap, emap_path, read_emap
from i2moe_core.analysis.schema import probe_column
from i2moe_core.analysis.set_level import SetLevel, set_level
from i2moe_core.analysis.triangulation import MEASURES
from i2moe_core.language import say
from i2moe_core.measures.association import Correlation
from i2moe_core.ui.filters import Filter, apply
from i2moe_core.ui.table import Key, Table

MOST = 20_000  # samples


@dataclass(frozen=True)
class Triangulation:
    """What each measure says of n samples; do not write into it.

    places: (n,) rows of the table, of ``passing`` that pass. values: measure -> (n, E). means: a line a
    measure and interaction. same: how often each two measures name the same. truth: hits by measure and true
    interaction, empty where it is not known. noise: the part of the drops' variance that is due to few swaps.
    """

    places: np.ndarray
    passing: int
    values: Mapping[str, np.ndarray]
    means: pd.DataFrame
    same: Mapping[tuple[str, str], float]
    truth: pd.DataFrame
    noise: float


def find_emap(table: Table) -> tuple[Emap | None, bool]:
    """Return the EMAP beside an analysis, and whether one lies there that is of something else.

    Raises:
        InputError: the file is damaged.
    """
    path = emap_path(table.path)
    found = _emap(str(path), path.stat().st_mtime_ns) if path.is_file() else None
    if found is None:
        return None, False
    info = table.info
    wanted = (info.run_id, info.data, info.split, set(info.modalities))
    fits = (found.run_id, found.data, found.split, set(found.main)) == wanted
    return (found, False) if fits else (None, True)


def triangulate(table: Table, chosen: Filter, emap: Emap | None) -> Triangulation:
    """Return all measures of the samples that pass."""
    return _triangulate(table.key, chosen, _mark(table, emap), _table=table, _emap=emap)


def rank_agreement(
    table: Table, chosen: Filter, emap: Emap | None, expert: int
) -> dict[tuple[str, str], Correlation]:
    """Return the rank correlations of each two measures of one interaction."""
    return _rank_agreement(table.key, chosen, _mark(table, emap), expert, _table=table, _emap=emap)


def whole_set(table: Table, chosen: Filter, first: str, second: str) -> SetLevel | None:
    """Return BROJA of two modalities; None without probes or where the answer is a number."""
    if table.task == "regression" or table.info.components != "probes":
        return None
    with st.spinner(say("Decomposing the whole set …")):
        return _whole_set(table.key, chosen, first, second, _table=table)


def labelled(frame: pd.DataFrame) -> pd.DataFrame:
    """Add each measure's name as it is shown, and its unit."""
    known = [MEASURES[key] for key in frame["measure"]]
    return frame.assign(label=[say(m.label) for m in known], unit=[m.unit for m in known])


def kept_places(table: Table, chosen: Filter) -> np.ndarray:
    """Return the rows that are counted, (n,)."""
    return sample_rows(apply(table, chosen), MOST)


def _mark(table: Table, emap: Emap | None) -> int:
    return 0 if emap is None else emap_path(table.path).stat().st_mtime_ns


@st.cache_resource(max_entries=8, show_spinner=False)
def _emap(path: str, written: int) -> Emap | None:
    return read_emap(Path(path))


@st.cache_resource(max_entries=8, show_spinner=False)
def _triangulate(key: Key, chosen: Filter, mark: int, _table: Table, _emap: Emap | None) -> Triangulation:
    places, info = kept_places(_table, chosen), _table.info
    names = [*triangulation.columns_needed(info), "interaction"]
    frame = _table.columns(names).iloc[places]
    values = triangulation.measure_values(frame, info, _emap)
    return Triangulation(
        places=places,
        passing=int(apply(_table, chosen).sum()),
        values=values,
        means=triangulation.mean_table(values, info.interactions),
        same=triangulation.same_name(values),
        truth=triangulation.recovery(values, frame["interaction"], info.interactions),
        noise=triangulation.swap_noise(frame, info),
    )


@st.cache_resource(max_entries=32, show_spinner=False)
def _rank_agreement(
    key: Key, chosen: Filter, mark: int, expert: int, _table: Table, _emap: Emap | None
) -> dict[tuple[str, str], Correlation]:
    return triangulation.correlations(triangulate(_table, chosen, _emap).values, expert)


@st.cache_resource(max_entries=16, show_spinner=False)
def _whole_set(key: Key, chosen: Filter, first: str, second: str, _table: Table) -> SetLevel | None:
    names = [probe_column(first), probe_column(second), "label"]
    return set_level(_table.columns(names).iloc[kept_places(_table, chosen)], first, second)
