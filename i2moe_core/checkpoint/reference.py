"""The raw samples kept with a run: the app's examples and the partners of swaps, without the data set."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

from i2moe_core.checkpoint.files import reason
from i2moe_core.checkpoint.settings import modalities
from i2moe_core.config import DataInfo
from i2moe_core.data.batching import is_missing
from i2moe_core.data.images import encode_png, read_image
from i2moe_core.errors import InputError
from i2moe_core.types import Kind, Samples, Truth

COUNT = 200
MIN_SIDE = 128  # pixels; a larger picture is stored no larger than the model reads it, but never below this


def choose_rows(samples: Samples, count: int = COUNT) -> np.ndarray:
    """Return about ``count`` rows of the test and validation splits, even over label and true type.

    Every group gives its first test samples in turn; validation samples follow, and training samples only
    where there are no others.
    """
    rows = np.concatenate([samples.rows("test"), samples.rows("validation")])
    rows = rows if len(rows) else samples.rows("train")
    groups: dict[Any, list[int]] = {}
    keys = _group_keys(samples)
    for row in rows.tolist():
        groups.setdefault(keys[row], []).append(row)
    turns = max((len(members) for members in groups.values()), default=0)
    dealt = (members[turn] for turn in range(turns) for members in groups.values() if turn < len(members))
    return np.sort(np.fromiter((row for row, _ in zip(dealt, range(count), strict=False)), dtype=np.int64))


def _group_keys(samples: Samples) -> list[Any]:
    targets = samples.targets
    if samples.task == "multilabel":
        labels = [tuple(row) for row in np.asarray(targets).tolist()]
    elif samples.task == "regression":
        labels = np.searchsorted(np.quantile(targets, [0.25, 0.5, 0.75]), targets).tolist()
    else:
        labels = np.asarray(targets).tolist()
    types = [None] * len(samples) if samples.truth is None else samples.truth.interactions.tolist()
    return list(zip(labels, types, strict=True))


def reference_bytes(samples: Samples, rows: Sequence[int] | np.ndarray, image_size: int) -> bytes:
    """Return the content of reference.parquet: id, target, interaction, and per modality its raw value."""
    chosen = [int(row) for row in rows]
    columns: dict[str, Any] = {"id": pa.array([samples.ids[row] for row in chosen], pa.string())}
    columns["target"] = pa.array(np.asarray(samples.targets)[chosen].tolist())
    types = None if samples.truth is None else samples.truth.interactions
    columns["interaction"] = pa.array(
        [None if types is None else str(types[row]) for row in chosen], pa.string()
    )
    for modality in samples.modalities:
        values = [samples.raw[modality.name][row] for row in chosen]
        values = [None if is_missing(value) else value for value in values]
        columns |= _columns(modality.name, modality.kind, values, max(MIN_SIDE, image_size))
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


def _columns(name: str, kind: Kind, values: Sequence[Any], side: int) -> dict[str, pa.Array]:
    if kind == "text":
        return {f"x_{name}": pa.array(values, pa.string())}
    if kind == "image":
        return {f"x_{name}": pa.array([None if v is None else _png(v, side) for v in values], pa.binary())}
    arrays = [None if v is None else np.asarray(v, dtype=np.float32) for v in values]
    flat = [None if a is None else a.ravel() for a in arrays]
    shapes = [None if a is None else list(a.shape) for a in arrays]
    return {
        f"x_{name}": pa.array(flat, pa.list_(pa.float32())),
        f"shape_{name}": pa.array(shapes, pa.list_(pa.int32())),
    }


def _png(value: Any, side: int) -> bytes:
    pixels = read_image(value).pixels
    height, width = pixels.shape[:2]
    if max(height, width) <= side:
        return encode_png(pixels)
    scale = side / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return encode_png(np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BICUBIC)))


def read_reference(path: Path, info: DataInfo) -> Samples:
    """Read what ``reference_bytes`` made.

    Raises:
        InputError: it is damaged or does not belong to the run.
    """
    try:
        table = pq.read_table(path)
        return _samples(table, info)
    except InputError as error:
        raise InputError(f"{path} cannot be used: {error}") from error
    # Damaged Parquet makes the reader raise anything from OSError to its own exceptions.
    except Exception as error:
        raise InputError(f"{path} is damaged or foreign ({reason(error)}); copy the file again.") from error


def _samples(table: pa.Table, info: DataInfo) -> Samples:
    if not table.num_rows:
        raise InputError("it holds no sample; copy the file again.")
    raw = {m.name: _values(table, m.name, m.kind, info.shapes[m.name]) for m in modalities(info)}
    types = table["interaction"].to_pylist()
    return Samples(
        name=info.name,
        task=info.task,  # type: ignore[arg-type]
        modalities=modalities(info),
        classes=tuple(info.classes),
        ids=tuple(table["id"].to_pylist()),
        raw=raw,
        targets=_targets(table["target"].to_pylist(), info),
        splits=np.full(table.num_rows, "test"),
        truth=Truth(np.array(types)) if all(types) else None,
    )


def _values(table: pa.Table, name: str, kind: Kind, shape: Sequence[int]) -> list[Any]:
    values = table[f"x_{name}"].to_pylist()
    if kind == "image":
        return [None if content is None else read_image(content).pixels for content in values]
    if kind == "text":
        return values
    shapes = table[f"shape_{name}"].to_pylist()
    arrays = [
        None if flat is None else np.array(flat, dtype=np.float32).reshape(form)
        for flat, form in zip(values, shapes, strict=True)
    ]
    for array in arrays:
        if array is not None and (array.ndim != len(shape) or array.shape[-1] != shape[-1]):
            raise InputError(f"'{name}' has shape {array.shape}, expected {tuple(shape)}.")
        if array is not None and not np.isfinite(array).all():
            raise InputError(f"'{name}' holds numbers that are not finite.")
    return arrays


def _targets(values: Sequence[Any], info: DataInfo) -> np.ndarray:
    if info.task != "multiclass":
        targets = np.array(values, dtype=np.float32)
        if targets.shape[1:] != (() if info.task == "regression" else (len(info.classes),)):
            raise InputError(
                f"its targets have shape {targets.shape}, and the run has {len(info.classes)} classes."
            )
        if not np.isfinite(targets).all():
            raise InputError("it holds targets that are not finite.")
        return targets
    targets = np.array(values, dtype=np.int64)
    if targets.min() < 0 or targets.max() >= len(info.classes):
        raise InputError(f"it holds class {targets.max()}, and the run has {len(info.classes)} classes.")
    return targets
