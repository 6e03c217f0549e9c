"""The rows of sweep.json: made from finished runs, written after each, and continued by a later command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from i2moe_core.analysis.sweep import SWEEP, load_sweep
from i2moe_core.checkpoint.files import json_bytes, read_json, write_atomic
from i2moe_core.checkpoint.load import read_audit, read_history
from i2moe_core.checkpoint.manifest import read_manifest
from i2moe_core.checkpoint.names import AUDIT, HISTORY, MANIFEST
from i2moe_core.config import SCHEMA_VERSION
from i2moe_core.errors import InputError

Row = dict[str, Any]
_FROM_AUDIT = ("measure", "accuracy", "contribution_argmax", "gate_argmax", "leak", "irs", "roles")


def is_finished(folder: Path) -> bool:
    """Tell whether a run was trained and audited."""
    return (folder / MANIFEST).is_file() and AUDIT in read_manifest(folder).files


def row_of(folder: Path, values: Mapping[str, Any], seed: int) -> Row:
    """Return the row of a finished run.

    Raises:
        InputError: a file of it is damaged.
    """
    audit = read_audit(folder, read_manifest(folder)) or {}
    history = read_history(folder / HISTORY)
    row = {"run": folder.name, "settings": dict(values), "seed": seed}
    row |= {"validation": kept_validation(history, str(audit.get("measure")))}
    row |= {name: audit.get(name) for name in _FROM_AUDIT}
    row |= {"weights": audit.get("mean_weights"), "ece": (audit.get("calibration") or {}).get("ece")}
    return row | {"seconds": round(float(history["seconds"].sum()), 3), "problem": None}


def kept_validation(history: pd.DataFrame, measure: str) -> float | None:
    """Return the validation measure of the epoch that was kept of the last phase."""
    last = history[history["phase_index"] == history["phase_index"].max()]
    column = f"validation.{measure}"
    kept = last[last["epoch"] == last["best_epoch"].iloc[-1]]
    if column not in kept or not len(kept) or pd.isna(kept[column].iloc[0]):
        return None
    return float(kept[column].iloc[0])


def failed_row(name: str, values: Mapping[str, Any], seed: int, problem: str) -> Row:
    """Return the row of a training that could not be done."""
    return {"run": name, "settings": dict(values), "seed": seed, "problem": problem}


def rows_before(folder: Path, parameters: Mapping[str, str], fixed: Mapping[str, Any]) -> list[Row]:
    """Return what a sweep in ``folder`` has done already; nothing where there is none.

    Raises:
        InputError: the folder holds something else, another sweep, or a damaged one.
    """
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is a file; give a folder for the sweep, such as sweeps/margin.")
    if not (folder / SWEEP).is_file():
        _refuse_foreign(folder)
        return []
    there = load_sweep(folder)
    if dict(there.parameters) != dict(parameters):
        raise InputError(
            f"{folder} holds a sweep of {', '.join(there.parameters)}, not of {', '.join(parameters)}; "
            "give another folder as --out."
        )
    changed = [key for key in {**there.fixed, **fixed} if there.fixed.get(key) != fixed.get(key)]
    if changed:
        key = sorted(changed)[0]
        raise InputError(
            f"The sweep in {folder} began with {_said(key, there.fixed)}, not {_said(key, fixed)}; "
            "give the same settings to go on with it, or another folder as --out."
        )
    return list(read_json(folder / SWEEP)["rows"])


def write_rows(
    folder: Path,
    parameters: Mapping[str, str],
    fixed: Mapping[str, Any],
    planned: int,
    rows: Sequence[Row],
) -> None:
    """Write sweep.json, atomically.

    Raises:
        InputError: it cannot be written.
    """
    values = {"schema_version": SCHEMA_VERSION, "parameters": dict(parameters), "fixed": dict(fixed)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"The folder {folder} cannot be made ({error.strerror}); choose another.") from error
    write_atomic(folder / SWEEP, json_bytes(values | {"planned": planned, "rows": list(rows)}))


def _refuse_foreign(folder: Path) -> None:
    there = sorted(path.name for path in folder.glob("*") if not path.name.startswith("."))
    if there:
        raise InputError(f"{folder} holds '{there[0]}' and no sweep; give an empty or new folder as --out.")


def _said(key: str, fixed: Mapping[str, Any]) -> str:
    if key == "config":
        return "another file as --config" if key in fixed else "no --config"
    return f"{key} = {fixed[key]!r}" if key in fixed else f"{key} as it comes"
