"""Samples that lack no input, drawn from a split, and their encoded parts: what compares inputs needs all."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from i2moe_core.analysis.chunks import chunk_data
from i2moe_core.analysis.job import Job
from i2moe_core.data.batching import TensorData, is_missing
from i2moe_core.errors import InputError
from i2moe_core.explain.evaluate import encode_rows
from i2moe_core.types import Features

CHUNK = 512  # samples encoded at a time


def complete_rows(job: Job, samples: int, seed: int, why: str) -> tuple[np.ndarray, int]:
    """Return at most ``samples`` rows of the split, drawn by seed and sorted, and how many the split has.

    why: what needs them, as the beginning of a sentence, for the message.

    Raises:
        InputError: fewer than two samples lack no input.
    """
    every = job.rows()
    drawn = np.random.default_rng(seed).permutation(every)
    complete = [r for r in drawn if not any(is_missing(values[r]) for values in job.samples.raw.values())]
    rows = np.sort(np.array(complete[:samples], dtype=np.int64))
    if len(rows) < 2:
        raise InputError(
            f"Only {len(rows)} of the {len(every)} {job.split} samples of '{job.samples.name}' lack no "
            f"input, but {why} of at least two; choose another split."
        )
    return rows, len(every)


def encoded_chunks(
    job: Job, rows: np.ndarray, watch: Callable[[int], None] = lambda count: None
) -> Iterator[tuple[TensorData, list[Features]]]:
    """Yield the rows' tensors and features, some at a time; watch: told how many were done."""
    for start in range(0, len(rows), CHUNK):
        here = rows[start : start + CHUNK]
        data = chunk_data(job.run, job.samples, here, job.config)
        yield data, encode_rows(job.run.model, data, np.arange(len(here)))
        watch(len(here))
