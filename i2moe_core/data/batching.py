"""Samples -> tensors: everything is read, resized and encoded once; batches are then cut by row numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from i2moe_core.config import DataConfig
from i2moe_core.data.faults import raise_faults
from i2moe_core.data.images import read_image
from i2moe_core.data.transforms import image_tensor
from i2moe_core.data.vocabulary import Vocabulary
from i2moe_core.errors import InputError
from i2moe_core.hub_files import hub_directory
from i2moe_core.types import Batch, Modality, Samples


@dataclass(frozen=True)
class TensorData:
    """A data set as tensors.

    inputs: modality name -> N rows, as in ``Batch``. present: (N, M) bool. targets: as in ``Samples``.
    """

    samples: Samples
    inputs: Mapping[str, Tensor]
    present: Tensor
    targets: Tensor

    def batch(self, rows: Sequence[int] | np.ndarray | Tensor) -> Batch:
        """Return the given rows as a batch."""
        index = torch.as_tensor(rows, dtype=torch.int64)
        return Batch(
            ids=tuple(self.samples.ids[row] for row in index.tolist()),
            inputs={name: x[index] for name, x in self.inputs.items()},
            present=self.present[index],
            targets=self.targets[index],
        )

    def batches(
        self, rows: Sequence[int] | np.ndarray | Tensor, size: int, generator: torch.Generator | None = None
    ) -> Iterator[Batch]:
        """Yield batches of ``size`` (the last may be smaller), shuffled where a generator is given."""
        index = torch.as_tensor(rows, dtype=torch.int64)
        if generator is not None:
            index = index[torch.randperm(len(index), generator=generator)]
        for start in range(0, len(index), size):
            yield self.batch(index[start : start + size])


def build_vocabulary(samples: Samples, config: DataConfig) -> Vocabulary | None:
    """Train a vocabulary on the training split's texts, or read the named hub model's; None without texts.

    Raises:
        InputError: the hub model's tokeniser is missing or damaged.
    """
    names = [m.name for m in samples.modalities if m.kind == "text"]
    if not names:
        return None
    if config.tokenizer:
        return Vocabulary.from_hub(hub_directory(config.tokenizer))
    rows = samples.rows("train")
    texts = (samples.raw[name][row] for name in names for row in rows)
    return Vocabulary.train((text for text in texts if text), config.vocabulary_size, config.min_frequency)


def prepare(samples: Samples, config: DataConfig, vocabulary: Vocabulary | None) -> TensorData:
    """Read, resize, encode and stack all samples.

    Raises:
        InputError: a picture cannot be read or arrays do not fit together; the message names the samples.
    """
    return TensorData(
        samples=samples,
        inputs={
            m.name: _stack(samples.raw[m.name], m, config, vocabulary, samples.ids)
            for m in samples.modalities
        },
        present=_present([samples.raw[m.name] for m in samples.modalities]),
        targets=torch.from_numpy(np.array(samples.targets)),
    )


def encode_sample(
    values: Mapping[str, Any],
    modalities: Sequence[Modality],
    config: DataConfig,
    vocabulary: Vocabulary | None,
    sample_id: str = "sample",
    shapes: Mapping[str, Sequence[int]] | None = None,
) -> Batch:
    """Return one sample as a batch of one.

    Args:
        values: modality name -> image (path, bytes, pixels), text or array; None or absent: missing.
        modalities: of the data set, in its order.
        config: as in training.
        vocabulary: as in training.
        sample_id: seeds the replacements, so that the same sample gets the same explanation.
        shapes: one sample's input shapes; needed for an array, which may be missing or shorter.

    Raises:
        InputError: all modalities are missing, or a value cannot be read.
    """
    columns = {m.name: [values.get(m.name)] for m in modalities}
    present = _present(list(columns.values()))
    if not present.any():
        raise InputError(f"Nothing was given: give at least one of {', '.join(columns)}.")
    shapes = shapes or {}
    inputs = {
        m.name: _stack(columns[m.name], m, config, vocabulary, (sample_id,), shapes.get(m.name))
        for m in modalities
    }
    return Batch((sample_id,), inputs, present)


def is_missing(value: Any) -> bool:
    """Tell whether a raw value stands for a missing modality: None or a blank text."""
    return value is None or (isinstance(value, str) and not value.strip())


def _present(columns: Sequence[Sequence[Any]]) -> Tensor:
    """Return (N, M) bool."""
    return (
        torch.tensor([[not is_missing(value) for value in column] for column in columns])
        .bool()
        .T.contiguous()
    )


def _stack(
    values: Sequence[Any],
    modality: Modality,
    config: DataConfig,
    vocabulary: Vocabulary | None,
    ids: Sequence[str],
    shape: Sequence[int] | None = None,
) -> Tensor:
    """Return one modality's values as a tensor of N rows; missing ones are zeros."""
    if modality.kind == "image":
        return _stack_images(values, config.image_size, ids)
    if modality.kind == "array":
        return _stack_arrays(values, modality.name, ids, shape)
    if vocabulary is None:
        raise ValueError(f"The text modality '{modality.name}' needs a vocabulary.")
    return vocabulary.encode(["" if is_missing(value) else value for value in values], config.max_tokens)


def _stack_images(values: Sequence[Any], size: int, ids: Sequence[str]) -> Tensor:
    """Read and resize pictures to (N, 3, size, size) uint8."""
    images = torch.zeros(len(values), 3, size, size, dtype=torch.uint8)

    def read(row: int) -> None:
        source = values[row]
        name = source.name if isinstance(source, Path) else None if len(ids) == 1 else ids[row]
        images[row] = image_tensor(read_image(source, name).pixels, size)

    _collect_faults(read, [row for row, value in enumerate(values) if not is_missing(value)], len(values))
    return images


def _stack_arrays(
    values: Sequence[Any], name: str, ids: Sequence[str], shape: Sequence[int] | None
) -> Tensor:
    """Stack arrays to (N, D), or sequences padded with zeros to (N, T, D)."""
    given = {
        row: np.asarray(value, dtype=np.float32) for row, value in enumerate(values) if value is not None
    }
    if shape is None:
        if not given:
            raise InputError(f"No sample has a value of '{name}'; give its arrays or leave the modality out.")
        first = next(iter(given.values()))
        longest = (max(a.shape[0] for a in given.values()),) if first.ndim == 2 else ()
        shape = (*longest, first.shape[-1])
    stacked = torch.zeros(len(values), *shape)

    def place(row: int) -> None:
        array = given[row]
        fits = array.ndim == len(shape) and array.shape[-1] == shape[-1] and array.shape[0] <= shape[0]
        if not fits:
            raise InputError(
                f"'{name}' of sample {ids[row]} has shape {array.shape}, expected {tuple(shape)}."
            )
        stacked[(row, slice(len(array))) if len(shape) > 1 else row] = torch.from_numpy(array)

    _collect_faults(place, list(given), len(values))
    return stacked


def _collect_faults(act: Callable[[int], None], rows: Sequence[int], total: int) -> None:
    """Act on every row, then report the first few faults and their number in one error."""
    faults = []
    for row in rows:
        try:
            act(row)
        except InputError as error:
            faults.append(str(error))
    if len(faults) == 1:
        raise InputError(faults[0])
    raise_faults([fault.rstrip(".") for fault in faults], f"Of {total} samples, {len(faults)} cannot be read")
