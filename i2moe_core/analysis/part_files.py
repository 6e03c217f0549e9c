"""The files of an unfinished analysis: parts written whole, and the folder that is removed at the end."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from i2moe_core.checkpoint.files import reason, suppressed, sync_folder
from i2moe_core.errors import InputError


def parts_folder(out: Path, key: str) -> Path:
    """Return where the parts of ``out`` lie."""
    return _root(out) / key


def part_path(folder: Path, number: int) -> Path:
    """Return a part's path."""
    return folder / f"part-{number:06}.parquet"


def write_part(table: pa.Table, path: Path) -> None:
    """Write a part through to the disk; it appears whole or not at all.

    Raises:
        InputError: it cannot be written there.
    """
    # Named by the process: a second one with the same command must not write into the same file.
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("wb") as handle:
            # Neither packed nor coded: it is read once and removed.
            pq.write_table(table, handle, compression="none", use_dictionary=False)
            handle.flush()
            os.fsync(handle.fileno())
        os.replace(unfinished, path)
    except OSError as error:
        with suppressed():
            unfinished.unlink(missing_ok=True)
        raise InputError(
            f"{path} cannot be written ({reason(error)}); free space or name another."
        ) from error
    sync_folder(path.parent)


def other_folders(out: Path, key: str) -> list[Path]:
    """Return the leftovers of other analyses that were to be written to ``out``."""
    root = _root(out)
    folders = [path for path in root.iterdir() if path.is_dir()] if root.is_dir() else []
    return sorted(path for path in folders if path.name != key)


def remove_parts(folder: Path) -> None:
    """Remove an analysis' parts, and the folder above where nothing else is in it."""
    shutil.rmtree(folder, ignore_errors=True)
    with suppressed():
        folder.parent.rmdir()


def _root(out: Path) -> Path:
    return out.with_name(f"{out.name}.parts")
