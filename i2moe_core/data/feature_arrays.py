"""A file of vectors or token sequences, an array per modality: .npz, .h5 or .parquet; any number of them.

x_<modality>  (N, D) or (N, T, D) numbers
y             (N,) integers or words: classes; (N,) floats: regression; (N, C) of 0 and 1: multi-label
split         optional, (N,): train, validation or test
interaction   optional, (N,): unique:<modality>, synergy or redundancy, where it is known
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from i2moe_core.data.arrays_read import read_arrays
from i2moe_core.data.faults import raise_faults, shorten
from i2moe_core.data.labels import (
    Labels,
    check_trainable,
    class_labels,
    number_labels,
    parse_splits,
    rarest,
)
from i2moe_core.data.splits import stratified_split
from i2moe_core.errors import InputError
from i2moe_core.types import Modality, Samples, Truth, interaction_names

_PREFIX = "x_"
_OTHERS = ("y", "split", "interaction", "ids", "classes")


def feature_arrays(path: str | Path, *, seed: int = 0, label_names: Sequence[str] | None = None) -> Samples:
    """Vectors or token sequences per modality from a .npz, .h5 or .parquet file (x_<modality>, y).

    Args:
        path: the file.
        seed: of the splits, where the file has none.
        label_names: names of the labels (multi-label) or of the classes 0, 1, ...

    Raises:
        InputError: the file cannot be used; the message names the array.
    """
    arrays = read_arrays(Path(path))
    inputs = _inputs(arrays, str(path))
    labels = _labels(arrays, label_names, str(path))
    total = len(labels.targets)
    for name, values in inputs.items():
        if len(values) != total:
            raise InputError(f"{path}: '{_PREFIX}{name}' has {len(values)} rows, but 'y' has {total}.")
    splits = _splits(arrays, labels, seed, str(path))
    check_trainable(labels, splits, str(path))
    ignored = sorted(k for k in arrays if not k.startswith(_PREFIX) and k not in _OTHERS)
    return Samples(
        name=Path(path).stem,
        task=labels.task,
        modalities=tuple(Modality(name, "array") for name in inputs),
        classes=labels.classes,
        ids=_ids(arrays, total, str(path)),
        raw=inputs,
        targets=labels.targets,
        splits=splits,
        truth=_truth(arrays, tuple(inputs), total, str(path)),
        notes=(f"Not read: {', '.join(ignored)}.",) if ignored else (),
    )


def _inputs(arrays: Mapping[str, Any], where: str) -> dict[str, list[np.ndarray]]:
    """Return per modality the samples' arrays, checked."""
    names = [key.removeprefix(_PREFIX) for key in arrays if key.startswith(_PREFIX)]
    if len(names) < 2:
        found = ", ".join(arrays) or "nothing"
        raise InputError(
            f"{where} needs at least two arrays called {_PREFIX}<modality>, but has {found}; "
            f"name them for example {_PREFIX}image and {_PREFIX}text."
        )
    return {name: _rows(arrays[_PREFIX + name], f"{where}: '{_PREFIX}{name}'") for name in names}


def _rows(values: Any, where: str) -> list[np.ndarray]:
    """Return one (D,) or (T, D) float32 array per sample."""
    if isinstance(values, list):
        return _ragged_rows(values, where)
    if values.ndim not in (2, 3) or values.dtype.kind not in "fiub" or 0 in values.shape:
        raise InputError(
            f"{where} has shape {values.shape} of {values.dtype}, not numbers of shape (N, D) or (N, T, D)."
        )
    with np.errstate(over="ignore"):
        numbers = values.astype(np.float32)
    broken = ~np.isfinite(numbers.reshape(len(numbers), -1)).all(1)
    if broken.any():
        raise InputError(
            f"{where} has {int(broken.sum())} rows with NaN or infinite numbers, the first is row "
            f"{int(broken.argmax())}; fill or remove them."
        )
    return list(numbers)


def _ragged_rows(values: list[np.ndarray | None], where: str) -> list[np.ndarray]:
    """Check rows one by one: sequences may differ in length, all else must agree; None is a missing one."""
    first = next((row for row in values if row is not None), None)
    if first is None:
        raise InputError(f"{where} holds nothing.")
    faults = []
    for number, row in enumerate(values):
        if row is None:
            continue
        if (
            row.ndim not in (1, 2)
            or row.ndim != first.ndim
            or row.shape[-1] != first.shape[-1]
            or not row.size
        ):
            faults.append(f"row {number} has shape {row.shape}, expected {first.shape}")
        elif not np.isfinite(row).all():
            faults.append(f"row {number} has NaN or infinite numbers")
    raise_faults(faults, where)
    return values  # type: ignore[return-value]


def _labels(arrays: Mapping[str, Any], names: Sequence[str] | None, where: str) -> Labels:
    if "y" not in arrays:
        raise InputError(f"{where} has no array 'y' of labels. It has: {', '.join(arrays)}.")
    y = np.asarray(arrays["y"])
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    if names is None and "classes" in arrays:
        names = _strings(arrays["classes"])
    if y.ndim == 2 and y.dtype.kind in "fiub":
        return _label_sets(y, names, where)
    if y.ndim != 1 or y.dtype.kind not in "fiubUSO":
        raise InputError(f"{where}: 'y' has shape {y.shape} of {y.dtype}, not (N,) or (N, C) of 0 and 1.")
    if y.dtype.kind == "f":
        if not np.isfinite(y).all():
            raise InputError(f"{where}: 'y' is NaN or infinite in row {int((~np.isfinite(y)).argmax())}.")
        return number_labels(y.tolist(), "y")
    values = _strings(y)
    if names is not None and y.dtype.kind in "iub":
        values = _named(y.astype(np.int64), names, where)
    raise_faults([f"row {row} has no label" for row, value in enumerate(values) if not value.strip()], where)
    return class_labels(values)


def _named(y: np.ndarray, names: Sequence[str], where: str) -> list[str]:
    if y.min() < 0 or y.max() >= len(names):
        raise InputError(f"{where}: 'y' has the class {y.max()}, but {len(names)} class names came.")
    return [str(names[number]) for number in y]


def _label_sets(y: np.ndarray, names: Sequence[str] | None, where: str) -> Labels:
    if not np.isin(y, (0, 1)).all():
        raise InputError(
            f"{where}: 'y' has shape {y.shape}, so it must hold only 0 and 1, one column a label."
        )
    classes = tuple(names) if names is not None else tuple(f"label_{number}" for number in range(y.shape[1]))
    if len(classes) != y.shape[1]:
        raise InputError(f"{where}: 'y' has {y.shape[1]} columns, but {len(classes)} label names came.")
    return Labels("multilabel", classes, y.astype(np.float32), rarest(y, classes))


def _splits(arrays: Mapping[str, Any], labels: Labels, seed: int, where: str) -> np.ndarray:
    total = len(labels.targets)
    if "split" not in arrays:
        return stratified_split(labels.strata, total, seed)
    values = _column(arrays, "split", total, where)
    return parse_splits(values, [f"row {row}" for row in range(total)], where)


def _truth(arrays: Mapping[str, Any], modalities: Sequence[str], total: int, where: str) -> Truth | None:
    if "interaction" not in arrays:
        return None
    values, known = _column(arrays, "interaction", total, where), interaction_names(modalities)
    faults = [f"row {n} is {shorten(value)}" for n, value in enumerate(values) if value not in known]
    raise_faults(faults, f"{where}: 'interaction' must be one of {', '.join(known)}")
    return Truth(np.array(values))


def _ids(arrays: Mapping[str, Any], total: int, where: str) -> tuple[str, ...]:
    if "ids" not in arrays:
        return tuple(f"row-{row:06d}" for row in range(total))
    ids = tuple(_column(arrays, "ids", total, where))
    if len(set(ids)) != total:
        raise InputError(f"{where}: 'ids' has repeated names; each sample needs its own.")
    return ids


def _column(arrays: Mapping[str, Any], name: str, total: int, where: str) -> list[str]:
    values = _strings(arrays[name])
    if len(values) != total:
        raise InputError(f"{where}: '{name}' has {len(values)} rows, but 'y' has {total}.")
    return values


def _strings(values: Any) -> list[str]:
    return [
        v.decode("utf-8", "replace") if isinstance(v, bytes) else str(v)
        for v in np.asarray(values).ravel().tolist()
    ]
