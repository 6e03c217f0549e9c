"""A small table as CSV in UTF-8 that a spreadsheet opens without running any text of it as a formula."""

from __future__ import annotations

import pandas as pd

from i2moe_core.explain.attribution.serialise import FORMULA

MARK = "\ufeff"  # without it a spreadsheet takes UTF-8 for something else


def frame_as_csv(frame: pd.DataFrame) -> bytes:
    """Return a table as CSV; an apostrophe is put before each text that begins like a formula."""
    text = frame.map(_safe).to_csv(index=False, lineterminator="\r\n")
    return (MARK + text).encode("utf-8")


def _safe(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
