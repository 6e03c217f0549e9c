"""A comparison as a JSON file, and back."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import pandas as pd

from i2moe_core.analysis.comparison.compare import Comparison
from i2moe_core.checkpoint.files import read_json
from i2moe_core.errors import InputError

_TABLES = ("table", "agreement", "stability", "samples", "differences")


def comparison_content(found: Comparison) -> dict[str, Any]:
    """Return a comparison as plain values; what is not a finite number is None."""
    plain = {f.name: getattr(found, f.name) for f in fields(found)}
    plain |= {name: list(plain[name]) for name in ("runs", "experts")}
    return plain | {name: _frame_content(plain[name]) for name in _TABLES}


def read_comparison(path: Path) -> Comparison | None:
    """Return what ``i2moe audit --compare --json`` wrote; None where there is no such file.

    Raises:
        InputError: the file is damaged, or is something else.
    """
    if not path.is_file():
        return None
    values = read_json(path)
    try:
        tables = {name: _frame(values[name]) for name in _TABLES}
        lists = {name: tuple(map(str, values[name])) for name in ("runs", "experts")}
        return Comparison(**(values | tables | lists))
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"{path} is no comparison of runs; write it with 'i2moe audit --compare RUN RUN --json FILE'."
        ) from error


def _frame_content(frame: pd.DataFrame) -> dict[str, Any]:
    numbers = [name for name in frame if frame[name].dtype.kind == "f"]
    rows = frame.astype(object).where(frame.notna(), None)
    return {"columns": list(frame), "numbers": numbers, "rows": rows.to_numpy().tolist()}


def _frame(values: dict[str, Any]) -> pd.DataFrame:
    frame = pd.DataFrame(values["rows"], columns=values["columns"])
    return frame.astype(dict.fromkeys(values["numbers"], float))
