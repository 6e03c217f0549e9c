"""Opening a run: every file is compared with the manifest before any is trusted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import torch

from i2moe_core.checkpoint.files import read_json, reason
from i2moe_core.checkpoint.manifest import Manifest, check_contents, read_manifest, run_id
from i2moe_core.checkpoint.names import AUDIT, CARD, CONFIG, HISTORY, REFERENCE, VOCABULARY, WEIGHTS
from i2moe_core.checkpoint.reference import read_reference
from i2moe_core.checkpoint.run import Run
from i2moe_core.checkpoint.settings import SINGLE, Settings, read_settings
from i2moe_core.checkpoint.weights import load_weights
from i2moe_core.config import DataInfo
from i2moe_core.data.vocabulary import Vocabulary
from i2moe_core.device import pick_device
from i2moe_core.errors import InputError
from i2moe_core.hub_files import local_files_only
from i2moe_core.model.build import Model, build_model


def load_run(folder: Path | str, device: str = "auto") -> Run:
    """Open a saved run.

    Raises:
        InputError: the folder is no finished run, or a file is missing, damaged, foreign or of a newer
            version; the message names the file and the reason.
    """
    folder, place = Path(folder), pick_device(device)
    manifest = read_manifest(folder)
    check_contents(folder, manifest)
    settings = read_settings(folder)
    vocabulary = _vocabulary(folder, manifest, settings.info)
    return Run(
        path=folder,
        name=folder.resolve().name,
        id=run_id(folder, manifest),
        config=settings.config,
        info=settings.info,
        model=_model(folder, settings).to(place).eval().requires_grad_(False),
        vocabulary=vocabulary,
        device=place,
        reference=read_reference(folder / REFERENCE, settings.info),
        audit=read_audit(folder, manifest),
        card=_text(folder / CARD) if CARD in manifest.files else "",
        history=read_history(folder / HISTORY),
    )


def _model(folder: Path, settings: Settings) -> Model:
    # Opening a run changes no draw, and fetches nothing.
    with torch.random.fork_rng(devices=[]), local_files_only():
        try:
            model = build_model(settings.config.model, settings.info, vanilla=settings.kind == SINGLE)
        except InputError as error:
            raise InputError(f"{folder / CONFIG} cannot be used: {error}") from error
        # A foreign config reaches every constructor, and they refuse in many ways.
        except Exception as error:
            raise InputError(
                f"{folder / CONFIG} asks for a model that cannot be built ({reason(error)}); "
                "copy the file again."
            ) from error
    load_weights(model, folder / WEIGHTS)
    return model


def _vocabulary(folder: Path, manifest: Manifest, info: DataInfo) -> Vocabulary | None:
    if "text" not in info.modalities.values():
        return None
    path = folder / VOCABULARY
    if VOCABULARY not in manifest.files:
        raise InputError(
            f"{path} is missing, and this run reads texts; copy the whole folder of the run again."
        )
    try:
        vocabulary = Vocabulary.from_json(_text(path))
    except InputError as error:
        raise InputError(f"{path}: {error}") from error
    if len(vocabulary) != info.vocabulary_size:
        raise InputError(
            f"{path} has {len(vocabulary)} pieces, but the model was trained with {info.vocabulary_size}; "
            "copy both from the same run."
        )
    return vocabulary


def read_history(path: Path) -> pd.DataFrame:
    """Read the curves of a run.

    Raises:
        InputError: the file is damaged.
    """
    try:
        return pd.read_parquet(path)
    # Damaged Parquet makes the reader raise anything from OSError to its own exceptions.
    except Exception as error:
        raise InputError(f"{path} is damaged or foreign ({reason(error)}); copy the file again.") from error


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text; copy the file again.") from error


def read_audit(folder: Path, manifest: Manifest) -> dict[str, Any] | None:
    """Return a run's audit, or None where it was not added yet."""
    return read_json(folder / AUDIT) if AUDIT in manifest.files else None
