"""The visitor's own table: comma, semicolon or tab separated text -> two groups of numbers and a label."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from i2moe_core.data.labels import class_labels
from i2moe_core.data.splits import stratified_split
from i2moe_core.errors import InputError
from i2moe_core.language import marked
from i2moe_core.types import Modality, Samples

MOST_ROWS, MOST_COLUMNS, MOST_BYTES = 5000, 64, 1_000_000
FEWEST = 40  # rows
FEWEST_OF_A_CLASS = 10  # rows
_SHOWN = 40  # characters of a cell that a message quotes


class TableFault(InputError):
    """A fault of the visitor's table: an English sentence for the catalogue, and what it is about."""

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence.format(**values))
        self.sentence, self.values = sentence, values


@dataclass(frozen=True)
class OwnTable:
    """text: with a header. first, second: the columns of the two inputs. label: the column of the answer."""

    text: str
    first: tuple[str, ...]
    second: tuple[str, ...]
    label: str


@dataclass(frozen=True)
class Cells:
    """columns: the header. rows: the cells of each line; lines: their numbers in the text."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]

    def column(self, name: str) -> list[str]:
        """Return one column's cells."""
        place = self.columns.index(name)
        return [row[place] for row in self.rows]


def decode(content: bytes) -> str:
    """Return an uploaded file's text.

    Raises:
        TableFault: it is no UTF-8 text, or too large.
    """
    if len(content) > MOST_BYTES:
        raise TableFault(marked("The file is larger than {most} kB; give a smaller one."), most=1000)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TableFault(
            marked("The file is not UTF-8 text; save it as CSV with the encoding UTF-8.")
        ) from None


def read_cells(text: str) -> Cells:
    """Read a table's cells.

    Raises:
        TableFault: there is no table in the text, or it is too large.
    """
    if len(text) > MOST_BYTES:
        raise TableFault(marked("The table is larger than {most} kB; give a smaller one."), most=1000)
    first = text.lstrip().split("\n", 1)[0]
    delimiter = "\t" if "\t" in first else ";" if ";" in first and "," not in first else ","
    reader = csv.reader(io.StringIO(text.strip(), newline=""), delimiter=delimiter, strict=True)
    try:
        found = [(reader.line_num, tuple(cell.strip() for cell in row)) for row in reader if any(row)]
    except csv.Error:
        raise TableFault(
            marked("Line {line} cannot be read; check its quotes."), line=reader.line_num
        ) from None
    if len(found) < 2:
        raise TableFault(marked("The table needs a header and rows below it."))
    return _checked(found[0][1], found[1:])


def _checked(columns: tuple[str, ...], found: list[tuple[int, tuple[str, ...]]]) -> Cells:
    if not 3 <= len(columns) <= MOST_COLUMNS:
        raise TableFault(
            marked("The table has {columns} columns; it needs 3 to {most}, separated by commas or tabs."),
            columns=len(columns), most=MOST_COLUMNS,
        )  # fmt: skip
    if len(set(columns)) < len(columns) or "" in columns:
        raise TableFault(marked("Each column needs a name of its own in the first line."))
    if not FEWEST <= len(found) <= MOST_ROWS:
        raise TableFault(
            marked("The table has {rows} rows; it needs {fewest} to {most}."),
            rows=len(found), fewest=FEWEST, most=MOST_ROWS,
        )  # fmt: skip
    for line, cells in found:
        if len(cells) != len(columns):
            raise TableFault(
                marked("Line {line} has {cells} cells, but the header has {columns}; mend that line."),
                line=line, cells=len(cells), columns=len(columns),
            )  # fmt: skip
    return Cells(columns, tuple(cells for _, cells in found), tuple(line for line, _ in found))


def own_samples(own: OwnTable, seed: int) -> Samples:
    """Return the table as samples with two inputs, "x1" and "x2", split by ``seed``.

    Raises:
        TableFault: the columns or what is in them cannot be trained on.
    """
    cells = read_cells(own.text)
    _check_columns(own, cells)
    labels = class_labels(cells.column(own.label))
    if len(labels.classes) != 2:
        raise TableFault(
            marked("The label needs two different values, but '{column}' has {values}."),
            column=own.label[:_SHOWN], values=len(labels.classes),
        )  # fmt: skip
    rarer = int(np.bincount(labels.targets, minlength=2).min())
    if rarer < FEWEST_OF_A_CLASS:
        raise TableFault(
            marked("One of the two labels has {rows} rows only; give at least {fewest} of each."),
            rows=rarer, fewest=FEWEST_OF_A_CLASS,
        )  # fmt: skip
    groups = {"x1": _numbers(cells, own.first), "x2": _numbers(cells, own.second)}
    return Samples(
        name="own table",
        task="multiclass",
        modalities=tuple(Modality(name, "array") for name in groups),
        classes=labels.classes,
        ids=tuple(map(str, range(len(cells.rows)))),
        raw={name: list(values) for name, values in groups.items()},
        targets=labels.targets,
        splits=stratified_split(labels.strata, len(cells.rows), seed, (0.6, 0.1, 0.3)),
    )


def _check_columns(own: OwnTable, cells: Cells) -> None:
    if not own.first or not own.second:
        raise TableFault(marked("Choose at least one column for each of the two inputs."))
    chosen = (*own.first, *own.second, own.label)
    gone = [name for name in chosen if name not in cells.columns]
    if gone:
        raise TableFault(
            marked("The table has no column '{column}'; choose another."), column=gone[0][:_SHOWN]
        )
    twice = [name for name in chosen if chosen.count(name) > 1]
    if twice:
        raise TableFault(
            marked("The column '{column}' is chosen twice; a column has one place only."),
            column=twice[0][:_SHOWN],
        )  # fmt: skip


def _numbers(cells: Cells, columns: Sequence[str]) -> np.ndarray:
    """Return the numbers of a group of columns, (N, D) float32."""
    values = np.empty((len(cells.rows), len(columns)))
    for place, name in enumerate(columns):
        for row, cell in enumerate(cells.column(name)):
            values[row, place] = _number(cell)
            if not math.isfinite(values[row, place]):
                raise TableFault(
                    marked("Line {line}, column '{column}', has '{cell}', which is no number."),
                    line=cells.lines[row], column=name[:_SHOWN], cell=cell[:_SHOWN],
                )  # fmt: skip
    return values.astype(np.float32)


def _number(cell: str) -> float:
    """Return a number whose square single precision holds; NaN for anything else."""
    try:
        number = float(cell)
    except ValueError:
        return math.nan
    return number if abs(number) < 1e15 else math.nan
