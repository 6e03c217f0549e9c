"""config.json: the configuration, what the model must know of its data, and which of the two models it is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from i2moe_core.checkpoint.files import read_json
from i2moe_core.checkpoint.manifest import check_version
from i2moe_core.checkpoint.names import CONFIG
from i2moe_core.config import SCHEMA_VERSION, DataInfo, RunConfig, from_dict, to_dict
from i2moe_core.errors import InputError
from i2moe_core.types import Kind, Modality, Task

MIXTURE, SINGLE = "mixture", "single"


@dataclass(frozen=True)
class Settings:
    """What config.json holds; ``kind`` is "mixture" or "single" (one fusion, the baseline)."""

    config: RunConfig
    info: DataInfo
    kind: str = MIXTURE
    schema_version: int = SCHEMA_VERSION

    def to_dict(self) -> dict[str, Any]:
        """Return the values of config.json."""
        return to_dict(self)


def read_settings(folder: Path) -> Settings:
    """Read config.json of a run, finished or not.

    Raises:
        InputError: it is missing, damaged, of a newer version, or contradicts itself.
    """
    path = folder / CONFIG
    values = read_json(path)
    check_version(values.get("schema_version"), path)
    if isinstance(values.get("config"), dict) and "schema_version" in values["config"]:
        check_version(values["config"]["schema_version"], path)
    settings: Settings = from_dict(Settings, values, str(path))
    fault = _fault(settings)
    if fault:
        raise InputError(f"{path} cannot be used: {fault}; copy the file again.")
    return settings


def modalities(info: DataInfo) -> tuple[Modality, ...]:
    """Return the modalities in the experts' order."""
    return tuple(Modality(name, kind) for name, kind in info.modalities.items())  # type: ignore[arg-type]


def _fault(settings: Settings) -> str | None:
    info = settings.info
    kinds = [kind for kind in info.modalities.values() if kind not in get_args(Kind)]
    has_text = "text" in info.modalities.values()
    rules = {
        f"kind '{settings.kind}' is neither {MIXTURE} nor {SINGLE}": settings.kind not in (MIXTURE, SINGLE),
        f"task '{info.task}' is not one of {', '.join(get_args(Task))}": info.task not in get_args(Task),
        f"there is no modality of kind '{kinds[0] if kinds else ''}'": bool(kinds),
        f"it names {len(info.modalities)} modality, and a run has 2 or more": len(info.modalities) < 2,
        "shapes and modalities differ": set(info.shapes) != set(info.modalities),
        "a shape is not made of positive numbers": any(min(s, default=0) < 1 for s in info.shapes.values()),
        f"it names {len(info.classes)} classes but {len(info.prior)} priors": len(info.classes)
        != len(info.prior),
        "it names no class": not info.classes,
        "a prior is not a probability": info.task != "regression" and not all(0 < p < 1 for p in info.prior),
        "a prior is not finite": not all(math.isfinite(p) for p in info.prior),
        "the scale is not a positive number": not (info.scale > 0 and math.isfinite(info.scale)),
        "texts and vocabulary_size contradict each other": has_text != (info.vocabulary_size > 0),
    }
    return next((fault for fault, broken in rules.items() if broken), None)
