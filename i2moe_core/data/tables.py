"""Tables of strangers (.csv, .tsv, .jsonl, .parquet) -> rows with line numbers, nothing guessed or lost.

Cells stay as they were written: "NA" is a text, 001 keeps its zeros. A row of the wrong length is refused.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from i2moe_core.data.faults import raise_faults, shorten
from i2moe_core.errors import InputError

SUFFIXES = (".csv", ".tsv", ".jsonl", ".parquet")
_MAX_CELL = 10_000_000  # characters
_BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass(frozen=True)
class Table:
    """rows: per row its line in the file and its cells by column; a cell is a str or, from JSON, a list."""

    path: Path
    columns: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, Any]], ...]


def read_table(path: Path) -> Table:
    """Read a table by its suffix.

    Raises:
        InputError: it cannot be read; the message names the file and the first faulty lines.
    """
    reader = {".jsonl": _read_jsonl, ".parquet": _read_parquet}.get(path.suffix.lower(), _read_csv)
    try:
        table = reader(path)
    except OSError as error:
        raise InputError(f"{path} cannot be opened ({error.strerror or error}); check the file.") from error
    if not table.rows:
        raise InputError(f"{path} has no rows; give at least a few labelled samples.")
    return table


def _text(path: Path) -> str:
    """Decode a text file: UTF-8, or UTF-16 where it says so."""
    content = path.read_bytes()
    if not content.strip():
        raise InputError(f"{path} is empty; it needs a header and rows.")
    marks = (encoding for mark, encoding in _BYTE_ORDER_MARKS.items() if content.startswith(mark))
    try:
        return content.decode(next(marks, "utf-8"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{path}, line {line}, is not UTF-8 text (byte {content[error.start]:#04x}); "
            "save the file with the encoding UTF-8."
        ) from error


def _read_csv(path: Path) -> Table:
    text = _text(path)
    first = text.split("\n", 1)[0]
    delimiter = "\t" if path.suffix.lower() == ".tsv" else ";" if ";" in first and "," not in first else ","
    csv.field_size_limit(_MAX_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        lines = [(reader.line_num, cells) for cells in reader if cells]
    except csv.Error as error:
        raise InputError(
            f"{path}, line {reader.line_num}: {error}; check quotes and commas there."
        ) from error
    columns = _checked_header([name.strip() for name in lines[0][1]], path)
    raise_faults(
        [
            f"line {line} has {len(cells)} cells, but the header has {len(columns)}"
            for line, cells in lines[1:]
            if len(cells) != len(columns)
        ],
        str(path),
    )
    return Table(
        path, columns, tuple((line, dict(zip(columns, cells, strict=True))) for line, cells in lines[1:])
    )


def _checked_header(columns: list[str], path: Path) -> tuple[str, ...]:
    twice = sorted({name for name in columns if name and columns.count(name) > 1})
    if twice:
        raise InputError(f"{path} has the column '{twice[0]}' twice; rename or remove one.")
    return tuple(columns)


def _read_jsonl(path: Path) -> Table:
    rows, faults = [], []
    for line, content in _lines(_text(path)):
        try:
            row = json.loads(content)
        except (ValueError, RecursionError) as error:
            faults.append(f"line {line} is not JSON ({error})")
            continue
        if isinstance(row, dict):
            rows.append((line, {key: _cell(value) for key, value in row.items()}))
        else:
            faults.append(f"line {line} must be an object in braces, but is {shorten(content)}")
    raise_faults(faults, str(path))
    return Table(path, tuple(dict.fromkeys(key for _, row in rows for key in row)), tuple(rows))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    # Not splitlines: it also breaks at characters that JSON strings may hold.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line


def _read_parquet(path: Path) -> Table:
    try:
        content = pq.read_table(path)
    except (pa.ArrowException, OSError) as error:
        raise InputError(
            f"{path} is not a readable Parquet file ({shorten(error)}); write it again."
        ) from error
    rows = ({key: _cell(value) for key, value in row.items()} for row in content.to_pylist())
    return Table(path, tuple(content.column_names), tuple(enumerate(rows, start=1)))


def _cell(value: Any) -> Any:
    """Return a JSON or Parquet value as a CSV file would hold it; lists stay lists of such values."""
    if isinstance(value, (list, tuple)):
        return [_cell(item) for item in value]
    return "" if value is None else value if isinstance(value, str) else str(value)
