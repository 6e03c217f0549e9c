"""Analyses as Parquet: one file, or a folder of parts that are read as one table."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from i2moe_core.errors import InputError


def write_analysis(table: pd.DataFrame, path: Path) -> None:
    """Write a table; the file appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.part")
    table.to_parquet(unfinished, index=False)
    os.replace(unfinished, path)


def read_analysis(path: Path, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Read a table, or only some of its columns.

    Raises:
        InputError: there is no such file, a folder holds no part, it is no Parquet, or a column is missing.
    """
    parts = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
    if not parts or not parts[0].is_file():
        raise InputError(f"There is no analysis at {path}; write one with 'i2moe analyze RUN'.")
    return pd.concat([_read_part(part, columns) for part in parts], ignore_index=True)


def _read_part(path: Path, columns: Sequence[str] | None) -> pd.DataFrame:
    try:
        known = pq.read_schema(path).names
        missing = [name for name in columns or () if name not in known]
        if not missing:
            return pd.read_parquet(path, columns=None if columns is None else list(columns))
    except (OSError, pa.ArrowException) as error:
        raise InputError(
            f"{path} is damaged or no Parquet file; write it again with 'i2moe analyze'."
        ) from error
    raise InputError(f"{path} has no column '{missing[0]}'; write it again with 'i2moe analyze RUN'.")
