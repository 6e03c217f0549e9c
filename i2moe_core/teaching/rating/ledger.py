"""Ratings on disk: one line each, only ever added, on the disk before it is acknowledged.

Writers of several processes take turns by a lock on a file. A line that a killed writer left torn is set
apart by the next one and skipped by readers; nothing that was acknowledged is ever rewritten.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from i2moe_core.checkpoint.files import reason, sync_folder
from i2moe_core.errors import InputError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

SCALE = 5  # 1: does not fit at all, 5: fits fully
COMMENT = 500  # characters
CODE = 24  # characters of a rater's code
UNBLINDED = "unblinded"
_LOCK = ".lock"


@dataclass(frozen=True)
class Rating:
    """One judgement. item: its number in the study; score: 1 to SCALE; at: ISO 8601, UTC."""

    item: int
    rater: str
    score: int
    comment: str = ""
    at: str = ""


@dataclass(frozen=True)
class Ledger:
    """All that is on the disk of a study, in the order of writing.

    unblinded: when its results were first opened, "" if never. unreadable: how many torn lines there are.
    """

    ratings: tuple[Rating, ...] = ()
    unblinded: str = ""
    unreadable: int = 0

    def latest(self) -> dict[tuple[str, int], Rating]:
        """Return (rater, item) -> the last rating; one who rates an item again has thought again."""
        return {(rating.rater, rating.item): rating for rating in self.ratings}


def add_rating(path: Path, rating: Rating) -> None:
    """Write a rating through to the disk; on return it is safe.

    Raises:
        InputError: score or code cannot be used, or the disk cannot be written; then nothing was added.
    """
    if not 1 <= rating.score <= SCALE or rating.item < 0:
        raise InputError(f"A rating is a number from 1 to {SCALE} of an item, but {rating.score} was given.")
    rater = check_rater(rating.rater)
    values = asdict(rating) | {"rater": rater, "comment": rating.comment[:COMMENT], "at": rating.at or now()}
    _append(path, values)


def mark_unblinded(path: Path) -> None:
    """Note once that the results were opened: later ratings may no longer be blind.

    Raises:
        InputError: the disk cannot be written.
    """
    if not read_ledger(path).unblinded:
        _append(path, {"event": UNBLINDED, "at": now()})


def check_rater(code: str) -> str:
    """Return a rater's code without blanks around it.

    Raises:
        InputError: it is empty or too long.
    """
    cleaned = " ".join(code.split())
    if not 1 <= len(cleaned) <= CODE or not cleaned.isprintable():
        raise InputError(f"A rater's code has 1 to {CODE} characters; enter the one that you were given.")
    return cleaned


def read_ledger(path: Path) -> Ledger:
    """Return what a file holds; nothing where there is none.

    Raises:
        InputError: it cannot be read.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return Ledger()
    except OSError as error:
        raise InputError(f"{path} cannot be read ({reason(error)}); check its rights.") from error
    found = [_parsed(line) for line in lines if line.strip()]
    ratings = tuple(entry for entry in found if isinstance(entry, Rating))
    events = [entry for entry in found if isinstance(entry, str)]
    return Ledger(ratings, events[0] if events else "", found.count(None))


def now() -> str:
    """Return the present moment as text, UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _parsed(line: bytes) -> Rating | str | None:
    """Return a rating, the moment of an unblinding, or None for what is neither."""
    try:
        values: dict[str, Any] = json.loads(line)
        if values.get("event") == UNBLINDED:
            return str(values["at"])
        rating = Rating(**values)
        return rating if isinstance(rating.score, int) and isinstance(rating.item, int) else None
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _append(path: Path, values: Mapping[str, Any]) -> None:
    line = json.dumps(values, ensure_ascii=False).encode() + b"\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _locked(path.with_name(path.name + _LOCK)), path.open("ab+", buffering=0) as handle:
            before = handle.seek(0, os.SEEK_END)
            try:
                _write_through(handle, before, line)
            except OSError:
                handle.truncate(before)
                raise
        if before == 0:
            sync_folder(path.parent)
    except OSError as error:
        raise InputError(f"The rating could not be kept ({reason(error)}); nothing was added.") from error


def _write_through(handle: IO[bytes], before: int, line: bytes) -> None:
    if before:
        handle.seek(before - 1)
        if handle.read(1) != b"\n":
            line = b"\n" + line
    while line:
        line = line[handle.write(line) :]
    os.fsync(handle.fileno())


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a file's lock, which the system takes back from a process that dies."""
    with path.open("ab") as handle:
        if sys.platform == "win32":
            handle.seek(0)
            msvcrt.locking(handle.fileno(), msvcrt.LK_LOCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
