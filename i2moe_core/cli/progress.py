"""The progress of a training: a bar over the steps, one line an epoch, a file for others."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType

from tqdm import tqdm

from i2moe_core.cli.progress_file import Follower, write_progress
from i2moe_core.training.epoch import Report

PAUSE = 0.3  # seconds between two writes of the file


@dataclass(frozen=True)
class Stretch:
    """A phase as it is planned; it may stop earlier, when nothing gets better any more."""

    name: str
    epochs: int
    steps: int  # of an epoch

    @property
    def length(self) -> int:
        """Steps of all epochs."""
        return self.epochs * self.steps


class Progress:
    """A watcher for ``fit``; the bar appears on a terminal only, the lines always, the file where named.

    The file holds ``stage`` (a sentence), ``done`` and ``total`` (steps of all planned epochs) and
    ``seconds_left`` (as fast as this phase has been, if no phase stops earlier).
    """

    def __init__(self, file: Follower | None = None, plan: Sequence[Stretch] = ()) -> None:
        self._bar: tqdm[None] | None = None
        self._file, self._plan = file, plan
        self._shown, self._begun = 0.0, ("", 0.0, 0)  # last write; phase, its first sight, steps done then
        self.say("the training begins")

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def __call__(self, report: Report) -> None:
        """Show a step, or print an epoch's losses and validation measures."""
        if self._file is not None:
            self._keep(report)
        if report.row is not None:
            self._close()
            tqdm.write(epoch_line(report, report.row))
            return
        if self._bar is None:
            title = f"{report.phase} {report.epoch + 1}/{report.epochs}"
            self._bar = tqdm(total=report.steps, desc=title, leave=False, disable=None)
        self._bar.set_postfix_str(_losses(report.losses), refresh=False)
        self._bar.update()

    def say(self, stage: str) -> None:
        """Keep what is done before or after the epochs."""
        total = sum(stretch.length for stretch in self._plan)
        write_progress(self._file, stage, total if self._begun[0] else 0, total, None)

    def _keep(self, report: Report) -> None:
        now = time.monotonic()
        names = [stretch.name for stretch in self._plan]
        if report.phase not in names or (report.row is None and now - self._shown < PAUSE):
            return
        self._shown = now
        here = names.index(report.phase)
        done = sum(stretch.length for stretch in self._plan[:here])
        done += report.epoch * self._plan[here].steps
        done += self._plan[here].steps if report.row is not None else report.step
        total = sum(stretch.length for stretch in self._plan)
        stage = f"phase {report.phase}, epoch {report.epoch + 1} of {report.epochs}"
        write_progress(self._file, stage, done, total, self._seconds_left(report.phase, now, done, total))

    def _seconds_left(self, phase: str, now: float, done: int, total: int) -> float | None:
        if self._begun[0] != phase:
            self._begun = (phase, now, done)
        steps = done - self._begun[2]
        return round((now - self._begun[1]) / steps * (total - done), 1) if steps else None

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def epoch_line(report: Report, row: Mapping[str, object]) -> str:
    """Return one line: phase, epoch, training losses, validation measures, "best" where it is so far."""
    validation = {k.removeprefix("validation."): v for k, v in row.items() if k.startswith("validation.")}
    best = "  best" if row["best_epoch"] == report.epoch else ""
    return (
        f"{report.phase} {report.epoch + 1}/{report.epochs}  {row['seconds']:.1f} s  "
        f"train: {_losses(report.losses)}  validation: {_losses(validation)}{best}"
    )


def _losses(values: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {value:.3f}" for name, value in values.items())
