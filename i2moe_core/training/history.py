"""The curves of a run: one row an epoch, in history.parquet as it goes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from i2moe_core.errors import InputError

FILE_NAME = "history.parquet"


@dataclass
class History:
    """Rows: phase, epoch, seconds, score, ``train.<loss>``, ``validation.<loss>`` and the task's measure.

    Where gradients are logged also ``conflict.<loss>~<loss>``, the cosine of two losses' gradients, and
    ``gradient.<part>``, the share of the whole gradient that an expert, the gate or the encoders get.
    """

    rows: list[dict[str, object]]

    @classmethod
    def empty(cls) -> History:
        """Return a history without rows."""
        return cls([])

    @classmethod
    def read(cls, folder: Path | None, phase: int, epoch: int) -> History:
        """Read what was written before (phase, epoch); nothing where there is no file.

        Raises:
            InputError: the file is damaged.
        """
        if folder is None or not (folder / FILE_NAME).is_file():
            return cls.empty()
        try:
            frame = pd.read_parquet(folder / FILE_NAME)
        except (OSError, ValueError) as error:
            raise InputError(
                f"{folder / FILE_NAME} is damaged ({error}); train from the start without --resume."
            ) from error
        done = (frame.phase_index < phase) | ((frame.phase_index == phase) & (frame.epoch < epoch))
        return cls([row.dropna().to_dict() for _, row in frame[done].iterrows()])

    def append(self, row: dict[str, object]) -> None:
        """Add one epoch."""
        self.rows.append(row)

    def frame(self) -> pd.DataFrame:
        """Return all rows as a table; a loss that a phase does not have is NaN there."""
        return pd.DataFrame(self.rows)

    def write(self, folder: Path) -> None:
        """Write history.parquet atomically."""
        temporary = folder / (FILE_NAME + ".tmp")
        self.frame().to_parquet(temporary)
        os.replace(temporary, folder / FILE_NAME)
