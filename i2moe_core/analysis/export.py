"""The rows that a filter lets pass, as a file to take home: Parquet, or CSV that a spreadsheet opens safely.

Read and written by the row group, so that what is not taken never lies in memory. Thumbnails stay out.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from i2moe_core.analysis.store import COMPRESSION, GROUP, parts_of, readable
from i2moe_core.explain.attribution.serialise import FORMULA

LEFT_OUT = ("thumbnail",)
_FORMULA = f"^[{re.escape(''.join(FORMULA))}]"


def rows_as_parquet(path: Path, rows: np.ndarray) -> bytes:
    """Return the rows of a mask, (N,) bool, with all columns but thumbnails.

    Raises:
        InputError: the file is damaged.
    """
    schema = pq.read_schema(parts_of(path)[0])
    names = [name for name in schema.names if name not in LEFT_OUT]
    kept = pa.schema([schema.field(name) for name in names], schema.metadata)
    buffer = io.BytesIO()
    with pq.ParquetWriter(buffer, kept, compression=COMPRESSION) as writer:
        for table in _passing(path, rows, names):
            writer.write_table(table.cast(kept), row_group_size=GROUP)
    return buffer.getvalue()


def rows_as_csv(path: Path, rows: np.ndarray, most: int | None = None) -> bytes:
    """Return the (first ``most``) rows of a mask as CSV in UTF-8; no text of it is run as a formula.

    Raises:
        InputError: the file is damaged.
    """
    if most is not None and rows.sum() > most:
        rows = rows & (np.cumsum(rows) <= most)
    schema = pq.read_schema(parts_of(path)[0])
    names = [f.name for f in schema if f.name not in LEFT_OUT and not pa.types.is_nested(f.type)]
    buffer = io.BytesIO()
    with pa.csv.CSVWriter(buffer, pa.schema([schema.field(name) for name in names])) as writer:
        for table in _passing(path, rows, names):
            writer.write_table(_safe(table))
    return buffer.getvalue()


def _passing(path: Path, rows: np.ndarray, names: Sequence[str]) -> Iterator[pa.Table]:
    start = 0
    for part in parts_of(path):
        with readable(part), pq.ParquetFile(part) as file:
            for group in range(file.num_row_groups):
                size = file.metadata.row_group(group).num_rows
                kept = rows[start : start + size]
                start += size
                if kept.any():
                    table = file.read_row_group(group, columns=list(names)).select(list(names))
                    yield table.filter(pa.array(kept)).replace_schema_metadata()


def _safe(table: pa.Table) -> pa.Table:
    """Put an apostrophe before each text that a spreadsheet would run."""
    for place, field in enumerate(table.schema):
        if pa.types.is_string(field.type):
            texts = table.column(place)
            runs = pc.match_substring_regex(texts, _FORMULA)
            safe = pc.if_else(runs, pc.binary_join_element_wise("'", texts, ""), texts)
            table = table.set_column(place, field, safe)
    return table
