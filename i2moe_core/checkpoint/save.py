"""Writing a run: everything is staged first, then published, the manifest last.

Killed before the first publication, the old run is untouched. Killed between the first and the last, the
folder has no manifest and is recognised as unfinished; the training's state is still there to resume from.
"""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd

from i2moe_core.checkpoint.files import (
    TEMPORARY,
    json_bytes,
    publish,
    stage,
    suppressed,
    sync_folder,
    write_atomic,
)
from i2moe_core.checkpoint.manifest import describe, read_manifest
from i2moe_core.checkpoint.names import (
    ADDED,
    CONFIG,
    EVERY,
    EXPORTED,
    HISTORY,
    MANIFEST,
    REFERENCE,
    STATE,
    VOCABULARY,
    WEIGHTS,
)
from i2moe_core.checkpoint.reference import choose_rows, reference_bytes
from i2moe_core.checkpoint.settings import MIXTURE, SINGLE, Settings
from i2moe_core.checkpoint.weights import weights_bytes
from i2moe_core.config import DataInfo, RunConfig
from i2moe_core.data.vocabulary import Vocabulary
from i2moe_core.errors import InputError
from i2moe_core.model.build import Model
from i2moe_core.model.single_fusion import SingleFusion
from i2moe_core.types import Samples


def begin_run(folder: Path, settings: Settings, vocabulary: Vocabulary | None) -> None:
    """Write what training resumes from: config.json and the vocabulary.

    Raises:
        InputError: the folder cannot be written.
    """
    _make(folder)
    if vocabulary is not None:
        write_atomic(folder / VOCABULARY, vocabulary.to_json().encode())
    write_atomic(folder / CONFIG, json_bytes(settings.to_dict()))


def save_run(
    folder: Path,
    model: Model,
    config: RunConfig,
    info: DataInfo,
    vocabulary: Vocabulary | None,
    samples: Samples,
    history: pd.DataFrame,
) -> None:
    """Save a trained model as a run, atomically; an audit, analysis and card of before are removed.

    Raises:
        InputError: a weight is not finite, or the folder cannot be written; an old run is then still whole.
    """
    _make(folder)
    kind = SINGLE if isinstance(model, SingleFusion) else MIXTURE
    rows = choose_rows(samples)
    files = {
        CONFIG: json_bytes(Settings(config, info, kind).to_dict()),
        WEIGHTS: weights_bytes(model),
        HISTORY: _parquet(history),
        REFERENCE: reference_bytes(samples, rows, config.data.image_size),
    }
    if vocabulary is not None:
        files[VOCABULARY] = vocabulary.to_json().encode()
    for name, content in files.items():
        stage(folder / name, content)
    _remove(folder, MANIFEST)
    for name in files:
        publish(folder / name)
    describe(files, sum(p.numel() for p in model.parameters())).write(folder)
    stale = [name for name in (*ADDED, *EXPORTED, VOCABULARY) if name not in files]
    _remove(folder, STATE, *stale, *(name + TEMPORARY for name in EVERY))


def add_file(folder: Path, name: str, content: bytes) -> None:
    """Add to a saved run what no training writes with its weights, such as audit.json, or replace it.

    Killed in between, the run is without that file, and still whole.

    Raises:
        InputError: the folder holds no finished run, or cannot be written.
    """
    if name not in (*ADDED, *EXPORTED):
        raise ValueError(f"'{name}' is not one of {', '.join((*ADDED, *EXPORTED))}.")
    manifest = read_manifest(folder)
    stage(folder / name, content)
    if name in manifest.files:
        manifest.without(name).write(folder)
    publish(folder / name)
    manifest.with_file(name, content).write(folder)


def discard_run(folder: Path) -> None:
    """Remove a run's files, the manifest first; anything else in the folder stays."""
    _remove(folder, MANIFEST, *EVERY, *(name + TEMPORARY for name in EVERY))


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"The folder {folder} cannot be made ({error.strerror}); choose another.") from error


def _remove(folder: Path, *names: str) -> None:
    for name in names:
        with suppressed():
            (folder / name).unlink(missing_ok=True)
        if name == MANIFEST:
            sync_folder(folder)
    sync_folder(folder)


def _parquet(frame: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.to_parquet(buffer)
    return buffer.getvalue()
