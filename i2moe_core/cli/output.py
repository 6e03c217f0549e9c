"""What verbs write: aligned columns on the screen, JSON and other files without leaving half of one."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from i2moe_core.errors import InputError


def columns(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as aligned columns, two spaces apart."""
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))] if rows else []
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def number(value: object, digits: int = 3) -> str:
    """Return a measure for the screen: "-" where it is not known."""
    known = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    return f"{value:.{digits}f}" if known else "-"


def write_file(path: Path, content: bytes) -> None:
    """Write a file that the user asked for, atomically; its folder is made where it is missing.

    Raises:
        InputError: it cannot be written there.
    """
    from i2moe_core.checkpoint.files import write_atomic

    make_folder(path)
    write_atomic(path, content)


def make_folder(path: Path) -> None:
    """Make the folder of a file that the user asked for.

    Raises:
        InputError: it cannot be made, or the file's name is a folder's.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"The folder {path.parent} cannot be made ({error.strerror}); choose another."
        ) from error
    if path.is_dir():
        raise InputError(f"{path} is a folder; give the name of a file to write.")


def json_content(values: Mapping[str, Any]) -> bytes:
    """Return JSON in which numbers that are not finite are null."""
    return (json.dumps(_finite(values), indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _finite(value: Any) -> Any:
    if hasattr(value, "tolist"):  # of numpy
        value = value.tolist()
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
