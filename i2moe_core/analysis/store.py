"""Analyses as Parquet: one file, or a folder of parts read as one table; columns and rows on demand."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from i2moe_core.analysis.info import AnalysisInfo, info_of, with_info
from i2moe_core.analysis.schema import arrow_schema
from i2moe_core.checkpoint.files import write_atomic
from i2moe_core.config import from_dict
from i2moe_core.errors import InputError

GROUP = 8192  # rows that are stored, and read to show one of them, together
COMPRESSION = "zstd"
INFO = "info"  # in the attributes of a data frame


def write_analysis(table: pd.DataFrame, path: Path) -> None:
    """Write a table; the file appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, analysis_content(table))


def analysis_content(table: pd.DataFrame) -> bytes:
    """Return a table as the content of a Parquet file; columns of ``schema`` get their types."""
    experts = [str(n).removeprefix("weight_") for n in table.columns if str(n).startswith("weight_")]
    info = table.attrs.get(INFO)  # plain values: pandas writes them too
    modalities = None if info is None else info["modalities"]
    known = {f.name: f for f in arrow_schema(experts, modalities)}
    natural = pa.Schema.from_pandas(table, preserve_index=False)
    schema = pa.schema([known.get(f.name, f) for f in natural])
    written = pa.Table.from_pandas(table, schema=schema, preserve_index=False)
    if info is not None:
        written = written.cast(with_info(schema, from_dict(AnalysisInfo, info)))
    buffer = io.BytesIO()
    pq.write_table(written, buffer, compression=COMPRESSION, row_group_size=GROUP)
    return buffer.getvalue()


def read_analysis(path: Path, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Read a table, or only some of its columns.

    Raises:
        InputError: there is no such file, a folder holds no part, it is no Parquet, or a column is missing.
    """
    tables = []
    for part in parts_of(path):
        with readable(part):
            known = pq.read_schema(part).names
            missing = [name for name in columns or () if name not in known]
            if not missing:
                chosen = None if columns is None else list(columns)
                tables.append(pq.read_table(part, columns=chosen, partitioning=None).to_pandas())
                continue
        raise InputError(f"{part} has no column '{missing[0]}'; write it again with 'i2moe analyze RUN'.")
    return pd.concat(tables, ignore_index=True) if len(tables) > 1 else tables[0]


def read_info(path: Path) -> AnalysisInfo | None:
    """Return what the analysis is of; None where the file was written without a record.

    Raises:
        InputError: as ``read_analysis``.
    """
    part = parts_of(path)[0]
    with readable(part):
        return info_of(pq.read_schema(part))


def count_rows(path: Path) -> int:
    """Return the number of rows, without reading them.

    Raises:
        InputError: as ``read_analysis``.
    """
    total = 0
    for part in parts_of(path):
        with readable(part):
            total += pq.read_metadata(part).num_rows
    return total


def find_row(path: Path, sample_id: str) -> int | None:
    """Return the place of a sample in the table, reading ids only; None where it is not there.

    Raises:
        InputError: as ``read_analysis``.
    """
    before = 0
    for part in parts_of(path):
        with readable(part):
            ids = pq.read_table(part, columns=["id"], partitioning=None).column("id")
        place = pc.index(ids, sample_id).as_py()
        if place >= 0:
            return int(before + place)
        before += len(ids)
    return None


def read_rows(path: Path, places: Sequence[int], columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Read the rows at the given places, in their order, with only the row groups that hold them.

    Raises:
        InputError: as ``read_analysis``, or a place is outside the table.
    """
    wanted, before = np.asarray(places, dtype=np.int64), 0
    found: list[tuple[np.ndarray, pa.Table]] = []
    for part in parts_of(path):
        with readable(part), pq.ParquetFile(part) as file:
            for group in range(file.num_row_groups):
                size = file.metadata.row_group(group).num_rows
                here = np.flatnonzero((wanted >= before) & (wanted < before + size))
                if len(here):
                    rows = file.read_row_group(group, columns=None if columns is None else list(columns))
                    found.append((here, rows.take(wanted[here] - before)))
                before += size
    if sum(len(here) for here, _ in found) != len(wanted):
        raise InputError(f"{path} has {before} rows; row {wanted.max()} is not among them.")
    if not found:
        return read_analysis(path, columns).iloc[:0]
    order = np.argsort(np.concatenate([here for here, _ in found]), kind="stable")
    return pa.concat_tables([rows for _, rows in found]).take(order).to_pandas()


def parts_of(path: Path) -> list[Path]:
    """Return the files of an analysis in order: itself, or the parts of a folder.

    Raises:
        InputError: there is none.
    """
    parts = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
    if not parts or not parts[0].is_file():
        raise InputError(f"There is no analysis at {path}; write one with 'i2moe analyze RUN'.")
    return parts


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn what is wrong with a file into one sentence.

    Raises:
        InputError: the block could not read it.
    """
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        raise InputError(
            f"{path} is damaged or no Parquet file; write it again with 'i2moe analyze'."
        ) from error
