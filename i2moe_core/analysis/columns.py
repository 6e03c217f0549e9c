"""Single columns of an analysis as small as they go: a million rows take 4 MB a number, 1 MB a repeated word.

Texts and pictures are never held whole: they are searched, sampled and read by the row.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from i2moe_core.analysis.store import parts_of, readable
from i2moe_core.errors import InputError

LONG = ("id", "text", "image", "thumbnail", "sign_split_by_label")  # different in every row


def column_names(path: Path) -> list[str]:
    """Return the names of the columns of an analysis.

    Raises:
        InputError: there is no such file, or it is no Parquet.
    """
    part = parts_of(path)[0]
    with readable(part):
        return list(pq.read_schema(part).names)


def read_column(path: Path, name: str) -> pd.Series:
    """Return one column: numbers as they are stored, repeated texts as categories (null is missing).

    Raises:
        InputError: as ``column_names``, or there is no such column.
    """
    repeated = [] if name in LONG else [name]
    found = []
    for part in parts_of(path):
        with readable(part):
            if name in pq.read_schema(part).names:
                read = pq.read_table(part, columns=[name], read_dictionary=repeated, partitioning=None)
                found.append(read.column(0))
                continue
        raise InputError(f"{part} has no column '{name}'; write it again with 'i2moe analyze RUN'.")
    chunks = pa.chunked_array([chunk for column in found for chunk in column.chunks], found[0].type)
    if pa.types.is_dictionary(chunks.type):
        chunks = chunks.unify_dictionaries()
    return pd.Series(chunks.to_pandas(), name=name)


def rows_with_text(path: Path, words: str) -> np.ndarray:
    """Return in which rows the text contains ``words``, letter by letter but in any case, (N,) bool.

    Raises:
        InputError: as ``read_column``.
    """
    found = []
    for part in parts_of(path):
        with readable(part), pq.ParquetFile(part) as file:
            for batch in file.iter_batches(columns=["text"], batch_size=65_536):
                hits = pc.match_substring(batch.column(0), words, ignore_case=True)
                found.append(pc.fill_null(hits, False).to_numpy(zero_copy_only=False))
    return np.concatenate(found) if found else np.zeros(0, dtype=bool)


def sample_rows(rows: np.ndarray, most: int, seed: int = 0) -> np.ndarray:
    """Return at most ``most`` of the rows of a mask, (n,) ascending; the same for the same mask."""
    places = np.flatnonzero(rows)
    if len(places) <= most:
        return places
    return np.sort(np.random.default_rng(seed).choice(places, most, replace=False))


def sorted_rows(values: Sequence[float] | np.ndarray, rows: np.ndarray, descending: bool) -> np.ndarray:
    """Return the rows of a mask in the order of their values, (n,); what is not known comes last."""
    places = np.flatnonzero(rows)
    keys = np.asarray(values, dtype=np.float64)[places]
    return places[np.argsort(-keys if descending else keys, kind="stable")]
