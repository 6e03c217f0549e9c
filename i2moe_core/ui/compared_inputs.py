"""The inputs of a compared sample, from a run's own examples or from its analysis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from i2moe_core.checkpoint import read_settings
from i2moe_core.checkpoint.names import ANALYSIS, REFERENCE
from i2moe_core.checkpoint.reference import read_reference
from i2moe_core.data.images import read_image
from i2moe_core.errors import InputError
from i2moe_core.ui import cached
from i2moe_core.ui.table import read_table


@dataclass(frozen=True)
class Inputs:
    """A sample's inputs as far as they are known here: modality -> raw value (picture, text, array)."""

    values: Mapping[str, Any]
    kinds: Mapping[str, str]


def inputs_of(path: Path, sample_id: str) -> Inputs | None:
    """Return a sample's inputs from a run's examples, or from its analysis; None where neither holds it."""
    return _inputs(str(path), cached.stamp(path), sample_id)


def holds(path: Path, sample_id: str, inputs: Inputs) -> bool:
    """Say whether a run has this very sample among its own examples: a name alone may mean another one."""
    own = _reference_values(path, sample_id)
    return own is not None and cached.fingerprint(own) == cached.fingerprint(inputs.values)


@st.cache_resource(max_entries=64, show_spinner=False)
def _inputs(path: str, written: int, sample_id: str) -> Inputs | None:
    folder = Path(path)
    values = _reference_values(folder, sample_id)
    kinds = read_settings(folder).info.modalities
    if values is not None:
        return Inputs(values, kinds)
    found = _analysed(folder, sample_id, kinds)
    return Inputs(found, kinds) if found else None


def _reference_values(folder: Path, sample_id: str) -> dict[str, Any] | None:
    samples = read_reference(folder / REFERENCE, read_settings(folder).info)
    if sample_id not in samples.ids:
        return None
    row = samples.ids.index(sample_id)
    return {name: values[row] for name, values in samples.raw.items()}


def _analysed(folder: Path, sample_id: str, kinds: Mapping[str, str]) -> dict[str, Any]:
    """Return picture and text as the analysis keeps them; of several texts or pictures, the first."""
    try:
        table = read_table(folder / ANALYSIS) if (folder / ANALYSIS).is_file() else None
        row = None if table is None else table.row(sample_id)
    except InputError:
        return {}
    if row is None:
        return {}
    first = {
        kind: next((name for name, own in kinds.items() if own == kind), "") for kind in ("image", "text")
    }
    found: dict[str, Any] = {}
    if "text" in first and isinstance(row["text"], str):
        found[first["text"]] = row["text"]
    if "image" in first and row["thumbnail"]:
        try:
            found[first["image"]] = read_image(row["thumbnail"], "the kept picture").pixels
        except InputError:
            return found
    return found
