"""An analysis in parts that survive a kill: the same command goes on where it stopped, to the same bits.

Parts of a fixed number of rows lie in ``OUT.parts/KEY/``, each written whole or not at all. KEY is a sum over
the run, the data and the settings, so that leftovers of anything else are never taken for its own. Started
under ``torchrun``, rank r writes the parts r, r + W, ...; rank 0 waits for all and puts them together.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from i2moe_core.analysis.answers import BATCH, DRAWS
from i2moe_core.analysis.chunks import chunk_data
from i2moe_core.analysis.info import VERSION
from i2moe_core.analysis.part_files import part_path, remove_parts, write_part
from i2moe_core.analysis.records import analyze_rows
from i2moe_core.analysis.swaps import Pool
from i2moe_core.checkpoint import Run
from i2moe_core.config import DataConfig, to_dict
from i2moe_core.data.batching import is_missing
from i2moe_core.errors import InputError
from i2moe_core.explain.passes import mixture_of
from i2moe_core.explain.reference import reference_of
from i2moe_core.types import Samples

PART = 1024  # rows; a multiple of the batch, so that batches are the same in any part
PAUSE = 0.2  # seconds between two looks at the other ranks' parts
Watch = Callable[[int, int], None]


@dataclass(frozen=True)
class Job:
    """What is analyzed: the rows of a split of ``samples``, prepared by ``config`` as in training."""

    run: Run
    samples: Samples
    config: DataConfig
    split: str
    draws: int = DRAWS
    part: int = PART

    def rows(self) -> np.ndarray:
        """Return the split's rows.

        Raises:
            InputError: the split is empty.
        """
        rows = self.samples.rows(self.split)
        if not len(rows):
            raise InputError(f"'{self.samples.name}' has no sample in split '{self.split}'; name another.")
        return rows

    def key(self) -> str:
        """Return a sum over everything that decides the rows' numbers."""
        total = hashlib.sha256()
        settings = (VERSION, self.run.id, str(self.run.device.type), self.split, self.draws, self.part, BATCH)
        for part in (*settings, self.samples.name, sorted(to_dict(self.config).items())):
            total.update(repr(part).encode() + b"\0")
        rows = self.rows()
        total.update(np.ascontiguousarray(self.samples.targets[rows]).tobytes())
        total.update("\0".join(self.samples.ids[row] for row in rows).encode("utf-8", "surrogatepass"))
        for name, values in self.samples.raw.items():
            total.update(name.encode())
            for row in rows:
                total.update(_mark(values[row]))
        return total.hexdigest()[:16]


@dataclass(frozen=True)
class Ranks:
    """This process among those that share the work."""

    rank: int = 0
    count: int = 1

    @staticmethod
    def from_environment() -> Ranks:
        """Return what ``torchrun`` says; alone without it."""
        return Ranks(int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1")))


ALONE = Ranks()


def write_parts(
    job: Job, folder: Path, ranks: Ranks = ALONE, watch: Watch = lambda done, total: None
) -> list[Path]:
    """Write this rank's parts that are not there yet; return all parts' paths in order.

    watch: called with the rows done and all rows of this rank, at first and after each part.
    """
    pool = Pool(mixture_of(job.run), reference_of(job.run))
    rows = job.rows()
    chunks = [rows[start : start + job.part] for start in range(0, len(rows), job.part)]
    paths = [part_path(folder, number) for number in range(len(chunks))]
    mine = range(ranks.rank, len(chunks), ranks.count)
    total = sum(len(chunks[n]) for n in mine)
    while missing := [n for n in mine if not paths[n].is_file()]:
        done = total - sum(len(chunks[n]) for n in missing)
        watch(done, total)
        for number in missing:
            write_part(_part(job, pool, chunks[number]), paths[number])
            done += len(chunks[number])
            watch(done, total)
    return paths


def await_parts(paths: Sequence[Path], watch: Watch = lambda done, total: None) -> None:
    """Wait until the other ranks have written theirs."""
    while missing := sum(not path.is_file() for path in paths):
        watch(len(paths) - missing, len(paths))
        time.sleep(PAUSE)


def read_parts(paths: Sequence[Path], columns: Callable[[list[str]], list[str]]) -> Iterator[pa.Table]:
    """Yield the parts in order, with the columns that are chosen among their names.

    Raises:
        InputError: a part is damaged.
    """
    for path in paths:
        try:
            with pq.ParquetFile(path) as file:
                yield file.read(columns=columns(file.schema_arrow.names))
        except (OSError, pa.ArrowException) as error:
            remove_parts(path.parent)
            raise InputError(f"{path} was damaged and is removed with its folder; run it again.") from error


def _part(job: Job, pool: Pool, rows: np.ndarray) -> pa.Table:
    data = chunk_data(job.run, job.samples, rows, job.config)
    return analyze_rows(job.run, pool, data, np.arange(len(rows)), job.draws, numbers=rows)


def _mark(value: Any) -> bytes:
    """Return what changes with a raw value: its contents; of a file its name, size and time."""
    if is_missing(value):
        return b"\0"
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass") + b"\1"
    if isinstance(value, Path):
        stat = value.stat() if value.is_file() else None  # who reads it says what is wrong
        return f"{value}\0{stat and stat.st_size}\0{stat and stat.st_mtime_ns}\2".encode()
    array = np.ascontiguousarray(value)
    return hashlib.sha256(array.tobytes()).digest()
