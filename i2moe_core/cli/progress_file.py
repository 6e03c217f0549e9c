"""The file in which a long command keeps its progress, for whoever follows it from outside."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

from i2moe_core.errors import InputError

Follower = Path | Callable[[str, int, int, float | None], None]  # a file, or what is told instead


def write_progress(file: Follower | None, stage: str, done: int, total: int, left: float | None) -> None:
    """Write ``stage``, ``done``, ``total`` and ``seconds_left`` (null: not known) as JSON, atomically.

    file: None writes nothing; a function is called with the four values.

    Raises:
        InputError: it cannot be written.
    """
    if file is None:
        return
    if not isinstance(file, Path):
        file(stage, done, total, left)
        return
    values = {"stage": stage, "done": done, "total": total, "seconds_left": left}
    unfinished = file.with_name(f"{file.name}.{os.getpid()}.tmp")
    try:
        unfinished.write_text(json.dumps(values), encoding="utf-8")
        os.replace(unfinished, file)
    except OSError as error:
        raise InputError(f"{file} cannot be written ({error.strerror}); name another.") from error
