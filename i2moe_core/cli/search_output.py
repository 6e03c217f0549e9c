"""What a search shows: the best candidates on the screen, all of them as JSON."""

from __future__ import annotations

from typing import Any

from i2moe_core.cli.output import columns, number
from i2moe_core.cli.search_file import Row
from i2moe_core.cli.search_run import Found
from i2moe_core.config import to_dict
from i2moe_core.training.search import from_options
from i2moe_core.training.search.space import describe_steps

SHOWN = 10


def table_lines(found: Found) -> str:
    """Return the best candidates, a line each, and that of the last layers where it is not among them."""
    ranks = {from_options(row, len(found.modalities)): place for place, row in enumerate(found.rows)}
    last = ranks[found.last_layers]
    places = [*range(min(SHOWN, len(found.rows))), *([last] if last >= SHOWN else [])]
    head = [
        "rank",
        f"validation {found.measure}",
        "loss",
        "parameters",
        "seconds",
        "layers (from 0), activation",
    ]
    table = columns([head, *(_cells(found, place) for place in places)])
    tried = f"{len(found.rows)} of {found.space.size()} fusions were tried; the last layers rank {last + 1}."
    train = f"i2moe train --config {found.file} --out FOLDER"
    return (
        f"{table}\n\n{tried} Scores are of short trainings, and the best of many is "
        f"flattered: train it in full to know it.\nsaved {found.file}; train it with {train}"
    )


def report(found: Found) -> dict[str, Any]:
    """Return the whole search as JSON values."""
    return {
        "measure": found.measure,
        "modalities": list(found.modalities),
        "layers": list(found.space.layers),
        "space": found.space.size(),
        "tried": len(found.rows),
        "config": to_dict(found.config),
        "candidates": list(found.rows),
    }


def _cells(found: Found, place: int) -> list[str]:
    row: Row = found.rows[place]
    architecture = from_options(row, len(found.modalities))
    mark = " (last layers)" if architecture == found.last_layers else ""
    return [
        str(place + 1), number(row["score"]), number(row["loss"]), f"{row['parameters']:,}",
        number(row["seconds"], 1), describe_steps(architecture, found.modalities) + mark,
    ]  # fmt: skip
