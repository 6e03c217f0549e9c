"""A folder of pictures with a table of texts and labels: the imagefolder convention of Hugging Face.

The table is metadata.csv, .tsv, .jsonl or .parquet, or one file per split (train.jsonl, dev.jsonl, ...).
Pictures stay on the disk until ``prepare`` reads them; that they exist, inside the folder, is checked here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from i2moe_core.data.faults import raise_faults, shorten
from i2moe_core.data.labels import (
    Labels,
    check_trainable,
    class_labels,
    number_labels,
    parse_number,
    parse_splits,
    set_labels,
)
from i2moe_core.data.splits import stratified_split
from i2moe_core.data.tables import SUFFIXES, Table, read_table
from i2moe_core.errors import InputError
from i2moe_core.types import Modality, Samples

TASKS = ("multiclass", "multilabel", "regression")
_USUAL = {
    "image": ("file_name", "img", "image", "image_path"),
    "text": ("text", "caption", "sentence"),
    "label": ("label", "labels"),
    "split": ("split",),
}
_SPLIT_FILES = ("train", "validation", "val", "dev", "test")


@dataclass(frozen=True)
class Row:
    """One sample as read: where it stands, its picture and text (None: missing), label(s) and split."""

    place: str
    image: Path | None
    text: str | None
    label: Any
    split: str


def image_text_folder(
    path: str | Path,
    *,
    seed: int = 0,
    image_column: str | None = None,
    text_column: str | None = None,
    label_column: str | None = None,
    split_column: str | None = None,
    label_separator: str | None = None,
    task: str | None = None,
) -> Samples:
    """A folder of pictures with metadata.csv, .jsonl or .parquet: file_name, text, label, optional split.

    Args:
        path: the folder, or its table.
        seed: of the splits, where the table has none.
        image_column: and the other columns, where they are not called as above.
        text_column: of the texts.
        label_column: of the labels.
        split_column: of the splits.
        label_separator: between the labels of a multi-label sample ("," for "action,drama").
        task: multiclass, multilabel or regression; by default multilabel with a separator, else multiclass.

    Raises:
        InputError: the table or a row of it cannot be used; the message names the first faulty lines.
    """
    if task is not None and task not in TASKS:
        raise InputError(f"The task is {shorten(task)}, expected one of {', '.join(TASKS)}.")
    tables, chosen = _tables(Path(path)), (image_column, text_column, label_column, split_column)
    rows = [row for table in tables for row in _rows(table, dict(zip(_USUAL, chosen, strict=True)))]
    where = str(path)
    _check_modalities(rows, where)
    labels = _labels(rows, label_separator, task, label_column or "label", where)
    splits, notes = _splits(rows, labels, seed, where)
    check_trainable(labels, splits, where)
    return Samples(
        name=Path(path).resolve().name,
        task=labels.task,
        modalities=(Modality("image", "image"), Modality("text", "text")),
        classes=labels.classes,
        ids=_ids(rows),
        raw={"image": [row.image for row in rows], "text": [row.text for row in rows]},
        targets=labels.targets,
        splits=splits,
        notes=(*notes, *_missing_notes(rows)),
    )


def _tables(path: Path) -> list[Table]:
    """Read the table, or one table per split; the split's name then fills the column of that name."""
    if path.is_file():
        return [read_table(path)]
    if not path.is_dir():
        raise InputError(f"The folder '{path}' does not exist; check the path.")
    found = [path / f"metadata{suffix}" for suffix in SUFFIXES if (path / f"metadata{suffix}").is_file()]
    if len(found) > 1:
        raise InputError(f"{path} has {' and '.join(f.name for f in found)}; keep one of them.")
    if found:
        return [read_table(found[0])]
    parts = [path / f"{name}{suffix}" for name in _SPLIT_FILES for suffix in SUFFIXES]
    parts += [path / name / f"metadata{suffix}" for name in _SPLIT_FILES for suffix in SUFFIXES]
    tables = [_with_split(read_table(part), path) for part in parts if part.is_file()]
    if not tables:
        raise InputError(
            f"{path} has no table of texts and labels; "
            "write metadata.csv with the columns file_name, text, label."
        )
    return tables


def _with_split(table: Table, folder: Path) -> Table:
    """Name the split after the file, or after its folder, where the table names none."""
    name = table.path.stem if table.path.parent == folder else table.path.parent.name
    if "split" in table.columns:
        return table
    rows = tuple((line, {**cells, "split": name}) for line, cells in table.rows)
    return replace(table, columns=(*table.columns, "split"), rows=rows)


def _rows(table: Table, chosen: dict[str, str | None]) -> list[Row]:
    """Pick the columns and check every row."""
    columns = {role: _column(table, role, name) for role, name in chosen.items()}
    base, faults, rows = table.path.parent.resolve(), [], []
    for line, cells in table.rows:
        values = {role: cells.get(column, "") if column else "" for role, column in columns.items()}
        place = f"line {line}" if table.path.suffix != ".parquet" else f"row {line}"
        try:
            rows.append(_row(place, values, base))
        except InputError as error:
            faults.append(f"{place}: {error}")
    raise_faults(faults, str(table.path))
    return rows


def _column(table: Table, role: str, name: str | None) -> str | None:
    """Return the column of a role; only the split's may be absent."""
    if name is not None and name not in table.columns:
        raise InputError(f"{table.path} has no column '{name}'. It has: {', '.join(table.columns)}.")
    usual = next((known for known in _USUAL[role] if known in table.columns), None)
    if name is None and usual is None and role != "split":
        raise InputError(
            f"{table.path} has no column '{_USUAL[role][0]}'; name the {role}'s column with {role}_column. "
            f"It has: {', '.join(table.columns)}."
        )
    return name or usual


def _row(place: str, values: dict[str, Any], base: Path) -> Row:
    name, text = str(values["image"]).strip(), str(values["text"])
    if not name and not text.strip():
        raise InputError("neither a picture nor a text")
    image = _inside(name, base) if name else None
    return Row(place, image, text if text.strip() else None, values["label"], str(values["split"]))


def _inside(name: str, base: Path) -> Path:
    """Return the picture's path, refusing one that leaves the folder, also through a link."""
    try:
        path = (base / name.replace("\\", "/")).resolve()
        inside, exists = path.is_relative_to(base), path.is_file()
    # A name with a null byte, one too long for the system, or a circle of links.
    except (OSError, ValueError, RuntimeError):
        raise InputError(f"{shorten(name)} is not a usable file name") from None
    if not inside:
        raise InputError(f"{shorten(name)} lies outside the folder {base}")
    if not exists:
        raise InputError(f"the picture {shorten(name)} does not exist")
    return path


def _check_modalities(rows: Sequence[Row], where: str) -> None:
    for what, values in (("picture", [r.image for r in rows]), ("text", [r.text for r in rows])):
        if all(value is None for value in values):
            raise InputError(f"{where}: no row has a {what}; both pictures and texts are needed.")


def _labels(rows: Sequence[Row], separator: str | None, task: str | None, column: str, where: str) -> Labels:
    lists = any(isinstance(row.label, list) for row in rows)
    task = task or ("multilabel" if separator or lists else "multiclass")
    if task == "multilabel":
        return set_labels([_names(row.label, separator or ",") for row in rows])
    names = [str(row.label).strip() for row in rows]
    raise_faults(
        [f"{row.place} has no label" for row, name in zip(rows, names, strict=True) if not name], where
    )
    if task == "multiclass":
        return class_labels(names)
    numbers = [parse_number(name) for name in names]
    pairs = zip(rows, numbers, strict=True)
    raise_faults(
        [f"{row.place}: the label {shorten(row.label)} is not a number" for row, x in pairs if x != x], where
    )
    return number_labels(numbers, column)


def _names(label: Any, separator: str) -> list[str]:
    parts = label if isinstance(label, list) else str(label).split(separator)
    return [str(part).strip() for part in parts if str(part).strip()]


def _splits(rows: Sequence[Row], labels: Labels, seed: int, where: str) -> tuple[np.ndarray, list[str]]:
    """Return the splits given or drawn, and notes on repeated rows."""
    groups = [str(row.image or row.text) for row in rows]
    given = any(row.split for row in rows)
    if given:
        splits = parse_splits([row.split for row in rows], [row.place for row in rows], where)
    else:
        splits = stratified_split(labels.strata, len(rows), seed, groups=groups)
    return splits, _repeat_notes(rows, splits)


def _repeat_notes(rows: Sequence[Row], splits: np.ndarray) -> list[str]:
    """Name rows with the same picture, text and label, and those that stand in two splits."""
    seen: dict[tuple[Any, ...], int] = {}
    repeated, crossing = [], []
    for number, row in enumerate(rows):
        first = seen.setdefault((row.image, row.text, str(row.label)), number)
        if first != number:
            repeated.append(row.place)
            crossing += [row.place] if splits[first] != splits[number] else []
    notes = [f"Repeated rows: {_listed(repeated)}."] if repeated else []
    if crossing:
        notes.append(
            f"Repeated rows stand in different splits: {_listed(crossing)}; the test is too easy there."
        )
    return notes


def _listed(places: Sequence[str]) -> str:
    more = f" and {len(places) - 5} more" if len(places) > 5 else ""
    return f"{', '.join(places[:5])}{more}"


def _missing_notes(rows: Sequence[Row]) -> list[str]:
    images, texts = sum(r.image is None for r in rows), sum(r.text is None for r in rows)
    notes = [f"{images} rows have no picture."] if images else []
    return notes + ([f"{texts} rows have no text."] if texts else [])


def _ids(rows: Sequence[Row]) -> tuple[str, ...]:
    """Name samples after their pictures; a number is added where a picture is used again."""
    names = [row.image.name if row.image else row.place.replace(" ", "-") for row in rows]
    total, seen = Counter(names), Counter[str]()
    ids = []
    for name in names:
        seen[name] += 1
        ids.append(name if total[name] == 1 else f"{name}#{seen[name]}")
    return tuple(ids)
