"""How long all experts' attributions of one pair take, from pixels and words, warm."""

from __future__ import annotations

import time

import numpy as np

from i2moe_core.checkpoint import Run
from i2moe_core.errors import InputError
from i2moe_core.explain.attribution.engine import attribute
from i2moe_core.explain.attribution.methods import ATTRIBUTIONS
from i2moe_core.types import Samples


def measure_speed(run: Run, samples: Samples, rows: np.ndarray) -> dict[str, float]:
    """Return each method's median seconds a pair for the answer and all E experts."""
    return {
        method: seconds
        for method in ATTRIBUTIONS
        if (seconds := _median_seconds(run, samples, rows, method)) is not None
    }


def _median_seconds(run: Run, samples: Samples, rows: np.ndarray, method: str) -> float | None:
    times = []
    for row in rows[:1].tolist() + rows.tolist():  # the first one warms up
        values = {name: column[row] for name, column in samples.raw.items()}
        started = time.perf_counter()
        try:
            attribute(run, values, method, sample_id=samples.ids[row])
        except InputError:  # the method does not fit the run
            return None
        times.append(time.perf_counter() - started)
    return float(np.median(times[1:]))
