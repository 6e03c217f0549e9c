"""What was measured of a run's additive projection (EMAP), as a small JSON file beside the analysis."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from i2moe_core.checkpoint.files import json_bytes, write_atomic
from i2moe_core.checkpoint.names import ANALYSIS
from i2moe_core.config import from_dict, to_dict
from i2moe_core.errors import InputError
from i2moe_core.language import say

NAME = "emap.json"


@dataclass(frozen=True)
class Emap:
    """The gap between a model and its best additive account, and both for each of the ``n`` samples.

    run_id, data, split: whose, of what. rows: (n,) places in the data set, of ``total``. measure: accuracy,
    micro_f1 or r2; full, additive: its value for the model and its projection; gap: full - additive, with a
    bootstrap interval. changed: the share of samples (labels) that the projection answers otherwise; None for
    a regression. draws: the others that stood in for each sample; exact: all of them. main: modality -> (n,),
    what this input alone adds to the answer's logit (beyond all classes' mean); rest: (n,), what no sum
    explains.
    """

    run_id: str
    data: str
    split: str
    seed: int
    total: int
    draws: int
    exact: bool
    measure: str
    full: float
    additive: float
    gap: float
    low: float
    high: float
    changed: float | None
    rows: list[int]
    main: dict[str, list[float]]
    rest: list[float]


def emap_path(analysis: Path) -> Path:
    """Return where an analysis' EMAP lies: in the run's folder, or beside a file of any name."""
    return analysis.with_name(NAME if analysis.name == ANALYSIS else f"{analysis.stem}.{NAME}")


def write_emap(found: Emap, path: Path) -> None:
    """Write it; the file appears whole or not at all.

    Raises:
        InputError: the file cannot be written.
    """
    write_atomic(path, json_bytes(to_dict(found)))


def read_emap(path: Path) -> Emap | None:
    """Return what was measured; None where nothing was.

    Raises:
        InputError: the file is damaged.
    """
    if not path.is_file():
        return None
    try:
        found: Emap = from_dict(Emap, json.loads(path.read_text(encoding="utf-8")), NAME)
        lengths = {len(found.rows), len(found.rest), *map(len, found.main.values())}
    except (OSError, ValueError, TypeError, InputError) as error:
        raise _damaged(path) from error
    if len(lengths) != 1 or not found.rows:
        raise _damaged(path)
    return found


def _damaged(path: Path) -> InputError:
    return InputError(
        say("{path} is damaged; remove it, or write it again with 'i2moe analyze RUN --emap'.", path=path)
    )
