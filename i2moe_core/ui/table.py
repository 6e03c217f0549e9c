"""An analysis as pages read it: columns on demand, kept once for all sessions, rows one at a time.

    table = open_table(run)              # ui/components/analysis_source.py
    table.columns(["label", "share_synergy"])   # a DataFrame; treat it as read-only, it is shared
    table.row("test-00012")              # one sample, with its thumbnail; None where it is not there
    table.rows([5, 17], ["id", "text"])  # a few rows, in the given order
    table.place("test-00012")            # the row's number in the table
    table.length, table.experts, table.classes, table.modalities, table.task, table.info
    table.key                            # what a cache of anything computed from the table is keyed by
    split_label(table.info.split)        # the name of a part of the data, in the visitor's language

Numbers are float32 as stored, repeated words are categories, ``correct`` is bool (object where some are
null). Texts, ids and pictures are not columns to ask for at size: use ``rows``, ``rows_with_text`` and
``sample_rows`` of ``analysis.columns``. What is cached is bounded, and forgotten when the file is replaced.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st

from i2moe_core.analysis.columns import column_names, read_column, rows_with_text
from i2moe_core.analysis.info import AnalysisInfo
from i2moe_core.analysis.schema import columns_of
from i2moe_core.analysis.store import count_rows, find_row, read_info, read_rows
from i2moe_core.language import marked, say

Key = tuple[str, int]
SPLIT_NAMES = {"test": marked("test"), "validation": marked("validation"), "train": marked("train")}


@dataclass(frozen=True)
class Table:
    """One analysis, open. ``stamp``: when it was last written."""

    path: Path
    stamp: int
    length: int
    info: AnalysisInfo

    @property
    def key(self) -> Key:
        """What says which analysis this is, in which state."""
        return str(self.path), self.stamp

    @property
    def interactions(self) -> tuple[str, ...]:
        """The names of the M + 2 interactions that the experts belong to."""
        return self.info.interactions

    @property
    def experts(self) -> tuple[str, ...]:
        """The names of the experts, in the order of the columns."""
        return tuple(self.info.experts)

    @property
    def modalities(self) -> tuple[str, ...]:
        """The names of the inputs."""
        return tuple(self.info.modalities)

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes or labels; none for a regression, whose answer is a number."""
        return () if self.info.task == "regression" else tuple(self.info.classes)

    @property
    def task(self) -> str:
        """multiclass, multilabel or regression."""
        return self.info.task

    def columns(self, names: Sequence[str]) -> pd.DataFrame:
        """Return columns, (N, ...), which are read once; do not write into them.

        Raises:
            InputError: there is no such column, or the file is damaged.
        """
        found = {name: _column(self.key, name) for name in dict.fromkeys(names)}
        return pd.DataFrame(found, copy=False)

    def rows(self, places: Sequence[int], names: Sequence[str] | None = None) -> pd.DataFrame:
        """Return a few rows in the given order.

        Raises:
            InputError: a row or column is not there, or the file is damaged.
        """
        return _rows(self.key, tuple(int(place) for place in places), None if names is None else tuple(names))

    def place(self, sample_id: str) -> int | None:
        """Return where in the table a sample is; None where it is not there."""
        return _place(self.key, sample_id)

    def row(self, sample_id: str) -> pd.Series | None:
        """Return all of one sample; None where it is not there."""
        place = self.place(sample_id)
        return None if place is None else self.rows([place]).iloc[0]

    def with_text(self, words: str) -> np.ndarray:
        """Return in which rows the text contains ``words``, (N,) bool; do not write into it."""
        return _with_text(self.key, words)


def read_table(path: Path) -> Table | None:
    """Open an analysis; None where it was made by another version and lacks columns that pages show.

    Raises:
        InputError: there is no such file, or it is no Parquet.
    """
    return _open((str(path), file_stamp(path)))


def split_label(split: str) -> str:
    """Return the name of a part of the data in the visitor's language; names of one's own stay."""
    return say(SPLIT_NAMES[split]) if split in SPLIT_NAMES else split


def file_stamp(path: Path) -> int:
    """Return when a file, or the newest part of a folder, was last written; 0 where there is nothing."""
    parts = [path, *path.glob("*.parquet")] if path.is_dir() else [path]
    return max((part.stat().st_mtime_ns for part in parts if part.exists()), default=0)


@st.cache_resource(max_entries=16, show_spinner=False)
def _open(key: Key) -> Table | None:
    path = Path(key[0])
    info = read_info(path)
    if info is None or set(columns_of(info.experts, info.modalities)) - set(column_names(path)):
        return None
    return Table(path, key[1], count_rows(path), info)


# A million numbers are 4 MB: 128 columns hold less than half of what the server may take.
@st.cache_resource(max_entries=128, show_spinner=False)
def _column(key: Key, name: str) -> pd.Series:
    return read_column(Path(key[0]), name)


@st.cache_resource(max_entries=32, show_spinner=False)
def _rows(key: Key, places: tuple[int, ...], names: tuple[str, ...] | None) -> pd.DataFrame:
    return read_rows(Path(key[0]), places, names)


@st.cache_resource(max_entries=256, show_spinner=False)
def _place(key: Key, sample_id: str) -> int | None:
    return find_row(Path(key[0]), sample_id)


@st.cache_resource(max_entries=16, show_spinner=False)
def _with_text(key: Key, words: str) -> np.ndarray:
    return rows_with_text(Path(key[0]), words)
