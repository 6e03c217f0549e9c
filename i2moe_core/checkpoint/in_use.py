"""Whether a process is writing into a folder: a lock that the system takes back from a killed one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from i2moe_core.checkpoint.files import suppressed
from i2moe_core.errors import InputError

LOCK = ".in_use"  # its name in the folder


@contextmanager
def held(folder: Path, what: str) -> Iterator[None]:
    """Hold ``folder`` for oneself while ``what`` is written into it; it is made, and gone if left empty.

    Raises:
        InputError: another process holds it.
    """
    made = not folder.is_dir()
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK, timeout=0, is_singleton=False)
    try:
        lock.acquire()
    except Timeout as error:
        raise InputError(
            f"Another process is writing {what} into {folder}; wait for it, or name another folder."
        ) from error
    try:
        yield
    finally:
        with suppressed():
            (folder / LOCK).unlink()
        lock.release()
        if made:
            with suppressed():  # it is not empty: then it stays
                folder.rmdir()


def is_held(folder: Path) -> bool:
    """Say whether a process holds ``folder`` now."""
    if not (folder / LOCK).is_file():
        return False
    try:
        with FileLock(folder / LOCK, timeout=0, is_singleton=False):
            return False
    except (Timeout, OSError):
        return True
