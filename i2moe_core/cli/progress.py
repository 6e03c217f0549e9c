"""The progress of a training on the screen: a bar over the steps, one line an epoch."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType

from tqdm import tqdm

from i2moe_core.training.fit import Report


class Progress:
    """A watcher for ``fit``; the bar appears on a terminal only, the lines always."""

    def __init__(self) -> None:
        self._bar: tqdm[None] | None = None

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def __call__(self, report: Report) -> None:
        """Show a step, or print an epoch's losses and validation measures."""
        if report.row is not None:
            self._close()
            tqdm.write(epoch_line(report, report.row))
            return
        if self._bar is None:
            title = f"{report.phase} {report.epoch + 1}/{report.epochs}"
            self._bar = tqdm(total=report.steps, desc=title, leave=False, disable=None)
        self._bar.set_postfix_str(_losses(report.losses), refresh=False)
        self._bar.update()

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
