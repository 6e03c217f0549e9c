"""Some rows of a data set as tensors, in the shapes that a run was trained on; the rest stays unread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from i2moe_core.checkpoint import Run
from i2moe_core.config import DataConfig
from i2moe_core.data.batching import TensorData, prepare
from i2moe_core.errors import InputError
from i2moe_core.types import Samples, Truth


def chunk_data(run: Run, samples: Samples, rows: np.ndarray, config: DataConfig) -> TensorData:
    """Read and prepare the given rows only.

    Raises:
        InputError: a picture cannot be read, or the shapes are not the run's.
    """
    chosen = take(samples, rows)
    shapes = {m.name: run.info.shapes[m.name] for m in chosen.modalities if m.kind == "array"}
    framed = prepare(_framed(chosen, shapes), config, run.vocabulary)
    keep = slice(0, len(rows))
    inputs = {name: x[keep] for name, x in framed.inputs.items()}
    for name, x in inputs.items():
        if list(x.shape[1:]) != run.info.shapes[name]:
            raise InputError(
                f"'{name}' of '{samples.name}' has shape {list(x.shape[1:])}, but the run reads "
                f"{run.info.shapes[name]}; give data of the same shape."
            )
    return TensorData(chosen, inputs, framed.present[keep], framed.targets[keep])


def take(samples: Samples, rows: np.ndarray) -> Samples:
    """Return some rows of a data set, with their true interactions but without its pixel and word masks."""
    places = rows.tolist()
    truth = None if samples.truth is None else Truth(samples.truth.interactions[rows])
    return replace(
        samples,
        ids=tuple(samples.ids[row] for row in places),
        raw={name: [values[row] for row in places] for name, values in samples.raw.items()},
        targets=samples.targets[rows],
        splits=samples.splits[rows],
        truth=truth,
    )


def _framed(samples: Samples, shapes: Mapping[str, Sequence[int]]) -> Samples:
    """Add one row of arrays in the run's shape: shorter sequences are padded to it, and none is no fault."""
    if not shapes:
        return samples
    last: dict[str, Any] = {name: np.zeros(shape, dtype=np.float32) for name, shape in shapes.items()}
    return replace(
        samples,
        ids=(*samples.ids, "frame"),
        raw={name: [*values, last.get(name)] for name, values in samples.raw.items()},
        targets=np.concatenate([samples.targets, samples.targets[-1:]]),
        splits=np.concatenate([samples.splits, samples.splits[-1:]]),
    )
