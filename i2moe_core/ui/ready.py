"""The example that opens first: rightly and surely answered, by reading the inputs together."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import streamlit as st

from i2moe_core.analysis.store import read_analysis
from i2moe_core.checkpoint import Run
from i2moe_core.checkpoint.names import ANALYSIS
from i2moe_core.errors import InputError
from i2moe_core.types import SYNERGY, Samples


def ready_row(run: Run) -> int:
    """Return the row of the reference samples to begin with; where nothing is known, the first."""
    rows = _telling_rows(run.reference)
    sure = _sureness(str(run.path / ANALYSIS), run.id)
    return max(rows, key=lambda row: sure.get(run.reference.ids[row], 0.0))


def _telling_rows(samples: Samples) -> list[int]:
    """Return the rows whose inputs must be read together, where that is known, or all of them."""
    if samples.truth is not None:
        found = np.flatnonzero(samples.truth.interactions == SYNERGY).tolist()
        if found:
            return [int(row) for row in found]
    return list(range(len(samples)))


@st.cache_data(max_entries=8, show_spinner=False)
def _sureness(path: str, run_id: str) -> dict[str, float]:
    """Return sample id -> probability of the answer, of the rightly answered; empty without an analysis."""
    try:
        table = read_analysis(Path(path), ["id", "correct", "probability"])
    except InputError:
        return {}
    right = table[table["correct"].eq(True) & table["probability"].notna()]
    return dict(zip(right["id"].astype(str), right["probability"].astype(float), strict=True))
