"""Reading and writing whole files: writes are atomic, reads refuse by the file's name."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from i2moe_core.errors import InputError

TEMPORARY = ".tmp"


def write_atomic(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old content or the new, never a part.

    Raises:
        InputError: the disk is full or the folder cannot be written; the old file is kept.
    """
    stage(path, content)
    publish(path)


def stage(path: Path, content: bytes) -> None:
    """Write ``content`` beside ``path``, through to the disk, to be published later."""
    temporary = _temporary(path)
    try:
        with temporary.open("wb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
    except OSError as error:
        with suppressed():
            temporary.unlink(missing_ok=True)
        raise InputError(
            f"{path} cannot be written ({reason(error)}); free space or choose another folder."
        ) from error


def publish(path: Path) -> None:
    """Put a staged file in the place of ``path``."""
    os.replace(_temporary(path), path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Force renames and removals in ``folder`` to the disk, where the system can."""
    with suppressed():
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def read_json(path: Path) -> dict[str, Any]:
    """Return the object in a JSON file.

    Raises:
        InputError: the file is missing, is not JSON, holds NaN or infinity, or is not an object.
    """
    try:
        values = json.loads(path.read_text(encoding="utf-8"), parse_constant=_refuse_constant)
    except FileNotFoundError:
        raise InputError(f"{path} is missing; copy the whole folder of the run again.") from None
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({reason(error)}); check that it is a readable file."
        ) from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is not valid JSON ({reason(error)}); copy the file again.") from error
    if not isinstance(values, dict):
        raise InputError(f"{path} must hold an object with keys, but holds {type(values).__name__}.")
    return values


def write_json(path: Path, values: Mapping[str, Any]) -> None:
    """Write an object as JSON, atomically."""
    write_atomic(path, json_bytes(values))


def json_bytes(values: Mapping[str, Any]) -> bytes:
    """Return the content of a JSON file that holds ``values``."""
    return (json.dumps(values, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


@contextmanager
def suppressed() -> Iterator[None]:
    """Ignore what the operating system cannot do here: the step only makes things safer or tidier."""
    try:
        yield
    except OSError:
        return


def reason(error: BaseException) -> str:
    """Return an error's reason in one line, for the brackets of a message."""
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return (text.strip() or type(error).__name__).splitlines()[0].rstrip(".:")


def _temporary(path: Path) -> Path:
    return path.with_name(path.name + TEMPORARY)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number that JSON knows")
