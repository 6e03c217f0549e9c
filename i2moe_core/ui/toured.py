"""What the encoders make of a sample, kept between clicks as plain arrays."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.teaching.tour.encoded import Encoded, encode_for_tour
from i2moe_core.ui import cached


def encoded(run: Run, values: Mapping[str, Any], sample_id: str | None) -> list[Encoded]:
    """Return each input after its encoder; the same sample is encoded once.

    Raises:
        InputError: the run has no experts, or a value cannot be read.
    """
    return _encoded(
        str(run.path), cached.stamp(run.path), cached.fingerprint(values), sample_id, _values=values
    )


@st.cache_resource(max_entries=64, show_spinner=False)
def _encoded(
    path: str, written: int, key: str, sample_id: str | None, _values: Mapping[str, Any]
) -> list[Encoded]:
    return encode_for_tour(cached.load_run(Path(path)), dict(_values), sample_id)
