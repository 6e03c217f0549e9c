"""Which samples of a run can be guessed about, and what the guesses are held against."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import streamlit as st

from i2moe_core.analysis.store import read_analysis
from i2moe_core.checkpoint import Run
from i2moe_core.checkpoint.names import ANALYSIS
from i2moe_core.errors import InputError
from i2moe_core.teaching.prediction.draw import balanced_draw
from i2moe_core.teaching.prediction.kinds import Kinds, kinds_of
from i2moe_core.ui.table import file_stamp


def kinds(run: Run) -> Kinds:
    """Return the interaction of each of the run's samples, as far as it is known."""
    path = run.path / ANALYSIS
    dominant = {} if run.reference.truth is not None else _dominant(str(path), file_stamp(path))
    return kinds_of(run.reference, dominant)


def drawn(run: Run, count: int, seed: int) -> np.ndarray:
    """Return the rows of the samples that a seed asks about, in order, (n,)."""
    return balanced_draw(kinds(run).of, count, seed)


@st.cache_data(max_entries=8, show_spinner=False)
def _dominant(path: str, stamp: int) -> dict[str, str]:
    """Return sample id -> the expert with the largest share; empty without an analysis."""
    try:
        table = read_analysis(Path(path), ["id", "dominant"])
    except InputError:
        return {}
    return dict(zip(table["id"].astype(str), table["dominant"].astype(str), strict=True))
