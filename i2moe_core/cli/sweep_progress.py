"""The progress of a sweep: one line a training, and a file for others."""

from __future__ import annotations

import time
from pathlib import Path

from i2moe_core.cli.progress_file import write_progress
from i2moe_core.cli.sweep_plan import Training

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

    def begin(self, training: Training) -> None:
        """Show which training comes next."""
        self._now = f"training {self._done + 1} of {self._total}: {training}"
        self._write(0)

    def follow(self, stage: str, done: int, total: int, left: float | None) -> None:
        """Keep how far the training is; what a single training would write into its own file."""
        self._write(round(PARTS * done / total) if total else 0)

    def end(self, line: str) -> None:
        """Print what came of a training."""
        self._done += 1
        print(f"{self._done} of {self._total}  {line}", flush=True)
        self._write(0)

    def say(self, stage: str) -> None:
        """Keep what is done beside the trainings."""
        write_progress(self._file, stage, self._done * PARTS, self._total * PARTS, None)

    def _write(self, part: int) -> None:
        done, total = self._done * PARTS + part, self._total * PARTS
        began, had = self._begun
        passed = time.monotonic() - began
        left = round(passed / (done - had) * (total - done), 1) if done > had else None
        write_progress(self._file, self._now, done, total, left)
