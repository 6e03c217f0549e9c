"""The progress of a sweep or a search: one line a training, and a file for others."""

from __future__ import annotations

import time
from pathlib import Path

from i2moe_core.cli.progress_file import write_progress

PARTS = 1000  # of a training, in the file


class SweepProgress:
    """The file holds ``stage`` (a sentence), ``done`` and ``total`` (thousandths of a training) and
    ``seconds_left`` (as fast as it has been since this command began).
    """  # noqa: D205

    def __init__(self, file: Path | None, total: int, done: int) -> None:
        self._file, self._total, self._done = file, total, done
        self._begun = (time.monotonic(), done * PARTS)
        self._now = ""
        if done:
            print(f"goes on: {done} of {total} trainings are there already", flush=True)

    def begin(self, training: object) -> None:
        """Show which training comes next."""
        self._now = f"training {self._done + 1} of {self._total}: {training}"
        self._write(0)

    def follow(self, stage: str, done: int, total: int, left: float | None) -> None:
        """Keep how far the training is; what a single training would write into its own file."""
        self._write(round(PARTS * done / total) if total else 0)

    def end(self, line: str, timed: bool = False) -> None:
        """Print what came of a training, and with ``timed`` how long the others will take."""
        self._done += 1
        left = self._seconds_left(self._done * PARTS) if timed and self._done < self._total else None
        more = "" if left is None else f", about {_spoken(left)} left"
        print(f"{self._done} of {self._total}  {line}{more}", flush=True)
        self._write(0)

    def say(self, stage: str) -> None:
        """Keep what is done beside the trainings."""
        write_progress(self._file, stage, self._done * PARTS, self._total * PARTS, None)

    def _write(self, part: int) -> None:
        done = self._done * PARTS + part
        write_progress(self._file, self._now, done, self._total * PARTS, self._seconds_left(done))

    def _seconds_left(self, done: int) -> float | None:
        began, had = self._begun
        passed = time.monotonic() - began
        return round(passed / (done - had) * (self._total * PARTS - done), 1) if done > had else None


def _spoken(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"
