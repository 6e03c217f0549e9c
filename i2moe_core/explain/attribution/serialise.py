"""Attributions as plain JSON values and as a long table, one row a target and cell."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from typing import Any

from i2moe_core.explain.attribution.result import Attribution, Attributions, Cell

COLUMNS = ("target", "expert", "modality", "kind", "cell", "place", "value")
# Spreadsheets run text that begins so as a formula; the wide forms are read as the narrow ones.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def to_json_dict(found: Attributions) -> dict[str, Any]:
    """Return everything under stable keys; what is not a number becomes null.

    ``targets`` holds, per target, one number a cell in the order of ``cells``, and the maps at the method's
    own grain.
    """
    return {
        "run": found.run_id,
        "sample": found.sample_id,
        "method": found.method,
        "baseline": dict(found.baseline),
        "cells": [_cell(cell) for cell in found.cells],
        "targets": [_item(item) for item in found.items],
    }


def to_csv(found: Attributions) -> str:
    """Return the long table as CSV that a spreadsheet opens without running any text as a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in _rows(found):
        writer.writerow([_safe(value) for value in row])
    return out.getvalue()


def _rows(found: Attributions) -> Iterator[tuple[Any, ...]]:
    for item in found.items:
        for cell, value in zip(found.cells, item.cells.tolist(), strict=True):
            place = " ".join(str(edge) for edge in cell.place)
            yield (item.target, item.expert or "", cell.modality, cell.kind, cell.label, place, value)


def _safe(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else ""
    return f"'{value}" if value.startswith(FORMULA) else value


def _cell(cell: Cell) -> dict[str, Any]:
    return {"modality": cell.modality, "kind": cell.kind, "label": cell.label, "place": list(cell.place)}


def _item(item: Attribution) -> dict[str, Any]:
    return {
        "target": item.target,
        "label": item.label,
        "expert": item.expert,
        "value": _known(item.value),
        "baseline_value": _known(item.baseline_value),
        "gap": item.gap,
        "shares": dict(item.shares),
        "cells": [_known(value) for value in item.cells.tolist()],
        "maps": {name: _nested(numbers.tolist()) for name, numbers in item.maps.items()},
    }


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _nested(values: Any) -> Any:
    return [_nested(value) for value in values] if isinstance(values, list) else _known(values)
