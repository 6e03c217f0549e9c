"""A JSON file that grows by one finished training at a time, so that a killed benchmark goes on where it was.

    {"settings": {...}, "cells": [{"set": "scenes", "fusion": "mfb", "seed": 10, "accuracy": .9}, ...]}

A cell is known by its key, the entries that say what was trained; the others are what was measured.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from i2moe_core.errors import InputError

Cell = dict[str, Any]


class Cells:
    """What has been measured so far, in memory and in ``path`` (None: in memory alone)."""

    def __init__(self, path: Path | None, settings: Mapping[str, Any]) -> None:
        self.path, self.settings = path, json.loads(json.dumps(settings))
        self.cells: list[Cell] = []
        if path is not None and path.is_file():
            self.cells = self._read(path)

    def __len__(self) -> int:
        return len(self.cells)

    def has(self, key: Mapping[str, Any]) -> bool:
        """Say whether this training is already measured."""
        return bool(self.find(**key))

    def find(self, **key: Any) -> list[Cell]:
        """Return the cells with these entries."""
        return [cell for cell in self.cells if key.items() <= cell.items()]

    def add(self, key: Mapping[str, Any], figures: Mapping[str, Any]) -> Cell:
        """Keep one finished training, on disk before this returns."""
        cell = {**key, **figures}
        self.cells.append(cell)
        if self.path is not None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            temporary = self.path.with_name(self.path.name + ".tmp")
            text = json.dumps({"settings": self.settings, "cells": self.cells}, indent=1)
            temporary.write_text(text + "\n", "utf-8")
            os.replace(temporary, self.path)
        return cell

    def _read(self, path: Path) -> list[Cell]:
        try:
            found = json.loads(path.read_text("utf-8"))
            settings, cells = found["settings"], list(found["cells"])
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(f"{path} is no file of this benchmark ({error}); name another one.") from error
        if settings != self.settings:
            raise InputError(f"{path} was measured with other settings, {settings}; name another file.")
        return cells


def stages_beside(path: Path | None, default: Path) -> Path:
    """Return the folder in which half-done trainings wait: beside the JSON, or ``default`` without one."""
    return default if path is None else path.with_suffix(".stages")


def mean_and_std(cells: Iterable[Cell], name: str) -> tuple[float, float] | None:
    """Return mean and standard deviation (n - 1) over the cells that know a figure; None where none does."""
    values = [cell[name] for cell in cells if cell.get(name) is not None]
    if not values:
        return None
    return float(np.mean(values)), float(np.std(values, ddof=1)) if len(values) > 1 else 0.0


def shown(figure: tuple[float, float] | None, digits: int = 3) -> str:
    """Return ``mean ± deviation`` without leading zeros, a dash where nothing is known."""
    if figure is None:
        return "-"
    return " ± ".join(f"{part:.{digits}f}".replace("0.", ".", 1) for part in figure)


def markdown(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
