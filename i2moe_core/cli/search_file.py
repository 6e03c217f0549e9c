"""The file of a search, search.json: what all candidates share, and a row each, written as each one ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from i2moe_core.checkpoint.files import json_bytes, read_json, write_atomic
from i2moe_core.cli.output import make_folder
from i2moe_core.config import SCHEMA_VERSION
from i2moe_core.errors import InputError

SEARCH, BEST = "search.json", "config.json"
Row = dict[str, Any]


def rows_before(folder: Path, shared: Mapping[str, Any]) -> list[Row]:
    """Return the candidates that a search in ``folder`` has trained already; none where there is none.

    Raises:
        InputError: the folder holds something else, or a search with other settings.
    """
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is a file; give a folder for the search, such as searches/mine.")
    if not (folder / SEARCH).is_file():
        there = sorted(path.name for path in folder.glob("*") if not path.name.startswith("."))
        if there:
            raise InputError(f"{folder} holds '{there[0]}' and no search; give an empty or new folder.")
        return []
    stored = read_json(folder / SEARCH)
    rows, old = stored.get("candidates"), stored.get("shared")
    if not isinstance(rows, list) or not isinstance(old, dict):
        raise InputError(f"{folder / SEARCH} is damaged; remove it to search anew.")
    changed = next((key for key in {**old, **shared} if old.get(key) != shared.get(key)), None)
    if changed is not None:
        where = _place(old.get(changed), shared.get(changed), changed)
        raise InputError(
            f"The search in {folder} began with {where}; give the same settings to go on with it, "
            "or another folder as --out."
        )
    return rows


def write_rows(folder: Path, shared: Mapping[str, Any], rows: Sequence[Row]) -> None:
    """Write search.json, atomically.

    Raises:
        InputError: it cannot be written.
    """
    make_folder(folder / SEARCH)
    values = {"schema_version": SCHEMA_VERSION, "shared": dict(shared), "candidates": list(rows)}
    write_atomic(folder / SEARCH, json_bytes(values))


def _place(old: Any, new: Any, name: str) -> str:
    """Return the dotted name of the first setting that differs."""
    if isinstance(old, dict) and isinstance(new, dict):
        changed = [key for key in {**old, **new} if old.get(key) != new.get(key)]
        return _place(old.get(changed[0]), new.get(changed[0]), f"{name}.{changed[0]}")
    return f"{name} = {old!r}, not {new!r}"
