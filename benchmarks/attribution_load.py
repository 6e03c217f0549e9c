"""Many visitors at one model: mixed methods asked from many threads against the serial answers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from i2moe_core.checkpoint import Run
from i2moe_core.errors import InputError
from i2moe_core.explain.attribution.engine import attribute
from i2moe_core.explain.attribution.methods import ATTRIBUTIONS
from i2moe_core.explain.pair import explain_pair
from i2moe_core.types import Samples

PAIR = "explain_pair"  # asked in between, for a hook left by another method would change it


def measure_load(run: Run, samples: Samples, rows: np.ndarray, threads: int) -> dict[str, int]:
    """Return how many of ``threads`` answers differ from the serial ones or fail, asked all at once."""
    usable = [PAIR, *(name for name in ATTRIBUTIONS if _fits(run, samples, int(rows[0]), name))]
    tasks = [(usable[n % len(usable)], int(rows[n % len(rows)])) for n in range(threads)]
    serial = [_numbers(run, samples, *task) for task in tasks]
    with ThreadPoolExecutor(threads) as pool:
        futures = [pool.submit(_numbers, run, samples, *task) for task in tasks]
        errors = [future.exception() for future in futures]
    answers = [None if e else future.result() for e, future in zip(errors, futures, strict=True)]
    different = [
        a is not None and not np.array_equal(a, b, equal_nan=True)
        for a, b in zip(answers, serial, strict=True)
    ]
    return {"threads": threads, "differences": sum(different), "errors": sum(e is not None for e in errors)}


def _numbers(run: Run, samples: Samples, method: str, row: int) -> np.ndarray:
    values: dict[str, Any] = {name: column[row] for name, column in samples.raw.items()}
    if method == PAIR:
        return explain_pair(run, values, samples.ids[row]).expert_logits
    found = attribute(run, values, method, sample_id=samples.ids[row])
    return np.stack([item.cells for item in found.items])


def _fits(run: Run, samples: Samples, row: int, method: str) -> bool:
    try:
        _numbers(run, samples, method, row)
    except InputError:
        return False
    return True
