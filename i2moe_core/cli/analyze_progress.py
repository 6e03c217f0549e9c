"""The progress of an analysis: a bar with the time left, lines without a terminal, a file for others."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from types import TracebackType

from tqdm import tqdm

from i2moe_core.cli.progress_file import write_progress

PAUSE = 5.0  # seconds between two lines


class Progress:
    """Shows rank 0's progress; the other ranks are silent.

    The file holds ``stage`` (samples, waiting, writing, finished, or a sentence), ``done``, ``total`` (of
    this rank's samples) and ``seconds_left`` (null while nothing is known).
    """

    def __init__(self, file: Path | None = None, rank: int = 0, unit: str = "samples") -> None:
        self._file, self._silent, self._unit = file, rank > 0, unit
        self._bar: tqdm[None] | None = None
        self._first: tuple[float, int] | None = None
        self._shown = 0.0

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def samples(self, done: int, total: int) -> None:
        """Show how many samples (or ``unit``) are done."""
        if self._silent:
            return
        now = time.monotonic()
        if self._first is None:
            self._first = (now, done)
            if done:
                tqdm.write(f"goes on: {done} of {total} {self._unit} are there already")
        left = _seconds_left(now - self._first[0], done - self._first[1], total - done)
        self._write("samples", done, total, left)
        if sys.stderr.isatty():
            self._advance(done, total)
        elif now - self._shown > PAUSE and left is not None:
            self._shown = now
            tqdm.write(f"{done} of {total} {self._unit}, {_words(left)} left")

    def ranks(self, done: int, total: int) -> None:
        """Show that the other ranks are waited for; done and total are parts."""
        self._close()
        self._write("waiting", done, total, None)

    def say(self, stage: str) -> None:
        """Show what is done after the samples."""
        self._close()
        self._write(stage, 1, 1, None)
        if " " in stage:
            tqdm.write(stage)

    def _advance(self, done: int, total: int) -> None:
        if self._bar is None:
            self._bar = tqdm(total=total, initial=done, unit=f" {self._unit}", leave=False)
        self._bar.update(done - self._bar.n)

    def _write(self, stage: str, done: int, total: int, left: float | None) -> None:
        write_progress(self._file, stage, done, total, left)

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def _seconds_left(seconds: float, done: int, left: int) -> float | None:
    return round(seconds / done * left, 1) if done else None


def _words(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
