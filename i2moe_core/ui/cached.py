"""Models and explanations kept between clicks: bounded, shared by all sessions.

Keys are sha256 sums of the content, for Streamlit's own hash samples large arrays. Figures are never kept.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from i2moe_core import checkpoint
from i2moe_core.data.images import Picture, read_image
from i2moe_core.data.transforms import image_tensor
from i2moe_core.explain import pair
from i2moe_core.language import say
from i2moe_core.types import PairExplanation, Probe

PARTNERS = 20  # other samples that the mismatch probe swaps in


def runs_folder() -> Path:
    """Return where runs lie: ``checkpoints/`` beside app.py, or the folder in I2MOE_CHECKPOINTS."""
    return Path(os.environ.get("I2MOE_CHECKPOINTS") or Path(__file__).parents[2] / "checkpoints")


def list_runs() -> list[checkpoint.RunSummary]:
    """Return the runs that can be picked, and the damaged ones with their problem."""
    folder = runs_folder()
    return checkpoint.list_runs(folder) if folder.is_dir() else []


def load_run(path: Path) -> checkpoint.Run:
    """Return the run of a folder, loaded once for all sessions until it changes on disk."""
    return _open(str(path), stamp(path))


def explain(run: checkpoint.Run, values: Mapping[str, Any], sample_id: str | None) -> PairExplanation:
    """Explain one sample; the same one is explained once."""
    key = (str(run.path), stamp(run.path), fingerprint(values), sample_id)
    with st.spinner(say("Asking all experts …")):
        return _explain(*key, _values=values)


def probe(run: checkpoint.Run, values: Mapping[str, Any], replaced: str) -> Probe:
    """Swap one input of a sample for those of other samples; the same swap is made once."""
    key = (str(run.path), stamp(run.path), fingerprint(values), replaced)
    with st.spinner(say("Swapping in other samples …")):
        return _probe(*key, _values=values)


def read_picture(content: bytes, name: str, size: int) -> tuple[Picture, np.ndarray]:
    """Return an uploaded picture and what the model sees of it, (size, size, 3) uint8."""
    picture = read_image(content, name)
    return picture, seen(picture.pixels, size)


def seen(pixels: np.ndarray, size: int) -> np.ndarray:
    """Return pixels as the model sees them, (size, size, 3) uint8."""
    return image_tensor(pixels, size).permute(1, 2, 0).contiguous().numpy()


def fingerprint(values: Mapping[str, Any]) -> str:
    """Return a sha256 over the names, shapes and contents of a sample."""
    total = hashlib.sha256()
    for name in sorted(values):
        value = values[name]
        if isinstance(value, np.ndarray):
            head, body = f"{value.dtype}{value.shape}", np.ascontiguousarray(value).tobytes()
        else:
            head, body = type(value).__name__, str(value).encode()
        for part in (name.encode(), head.encode(), body):
            total.update(len(part).to_bytes(8, "big") + part)
    return total.hexdigest()


def stamp(path: Path) -> int:
    """Return when a run was last written: a key for all that was computed with it."""
    manifest = Path(path) / "manifest.json"
    return manifest.stat().st_mtime_ns if manifest.exists() else 0


@st.cache_resource(max_entries=2, show_spinner=False)
def _open(path: str, written: int) -> checkpoint.Run:
    return checkpoint.load_run(Path(path))


@st.cache_resource(max_entries=128, show_spinner=False)
def _explain(
    path: str, written: int, key: str, sample_id: str | None, _values: Mapping[str, Any]
) -> PairExplanation:
    return pair.explain_pair(_open(path, written), dict(_values), sample_id=sample_id)


@st.cache_resource(max_entries=128, show_spinner=False)
def _probe(path: str, written: int, key: str, replaced: str, _values: Mapping[str, Any]) -> Probe:
    return pair.mismatch_probe(_open(path, written), dict(_values), replaced, count=PARTNERS)
