"""Arrays by name from .npz, .h5 and .parquet files, without pickle; MM-IMDB's file is known by its keys."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from i2moe_core.data.faults import shorten
from i2moe_core.errors import InputError

# The film set of Arevalo et al. 2017 keeps its parts one after the other: training, development, test.
_FILMS = {"features", "vgg_features", "genres"}
_FILM_PARTS = {"train": 15552, "validation": 2608, "test": 7799}


def read_arrays(path: Path) -> dict[str, Any]:
    """Return the file's arrays by name; a Parquet column of lists comes as a list of arrays (None: missing).

    Raises:
        InputError: the file is missing, damaged or holds Python objects.
    """
    if not path.is_file():
        raise InputError(f"There is no file '{path}'; check the path.")
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise InputError(f"'{path}' has the suffix '{path.suffix}', expected one of {', '.join(READERS)}.")
    try:
        return reader(path)
    except InputError:
        raise
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, pa.ArrowException) as error:
        raise InputError(
            f"{path} cannot be read as {path.suffix} ({shorten(error)}); write it again."
        ) from error


def _read_npz(path: Path) -> dict[str, Any]:
    if not zipfile.is_zipfile(path):
        raise InputError(f"{path} is not a .npz file; write it with numpy.savez.")
    with np.load(path, allow_pickle=False) as content:
        return {name: _member(content, name, path) for name in content.files}


def _member(content: Any, name: str, path: Path) -> np.ndarray:
    try:
        return content[name]
    except ValueError as error:
        if "pickle" not in str(error):
            raise
        raise InputError(
            f"{path}: '{name}' holds Python objects, which are never read; save numbers or words of one type."
        ) from error


def _read_h5(path: Path) -> dict[str, Any]:
    with h5py.File(path, "r") as file:
        arrays = {name: file[name][()] for name in file if isinstance(file[name], h5py.Dataset)}
    return _films(arrays) if set(arrays) >= _FILMS else arrays


def _films(arrays: dict[str, Any]) -> dict[str, Any]:
    """Return MM-IMDB under this program's names, in its documented parts where the file is complete."""
    films = {"x_image": arrays["vgg_features"], "x_text": arrays["features"], "y": arrays["genres"]}
    if len(arrays["genres"]) == sum(_FILM_PARTS.values()):
        films["split"] = np.repeat(list(_FILM_PARTS), list(_FILM_PARTS.values()))
    return films


def _read_parquet(path: Path) -> dict[str, Any]:
    table = pq.read_table(path)
    return {name: _column(table.column(name).combine_chunks(), name, path) for name in table.column_names}


def _column(column: pa.Array, name: str, path: Path) -> Any:
    """Return plain columns as an array, columns of lists as a list of arrays, labels of lists stacked."""
    kind = column.type
    if not (pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)):
        return np.array(column.to_pylist())
    try:
        rows = [None if row is None else np.array(row, dtype=np.float32) for row in column.to_pylist()]
        return np.stack(rows) if name == "y" else rows  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise InputError(f"{path}: '{name}' has rows that are no lists of numbers of one length.") from error


READERS: dict[str, Callable[[Path], dict[str, Any]]] = {
    ".npz": _read_npz,
    ".h5": _read_h5,
    ".hdf5": _read_h5,
    ".parquet": _read_parquet,
}
