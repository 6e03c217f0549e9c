"""From the parts of an analysis to one file: maps of all samples, then row group by row group."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from i2moe_core.analysis.info import describe_analysis, with_info
from i2moe_core.analysis.job import Job, read_parts
from i2moe_core.analysis.part_files import remove_parts
from i2moe_core.analysis.projection import Say, coordinates, needed, umap_settings
from i2moe_core.analysis.records import finish
from i2moe_core.analysis.schema import arrow_schema
from i2moe_core.analysis.store import COMPRESSION, GROUP
from i2moe_core.checkpoint.files import reason, suppressed
from i2moe_core.errors import InputError


def finish_job(
    job: Job,
    paths: Sequence[Path],
    publish: Callable[[Path], None],
    umap: bool = True,
    say: Say = lambda text: None,
) -> int:
    """Put the parts together, hand the file to ``publish``, remove the parts; return the number of rows.

    Raises:
        InputError: a part is damaged, or the file cannot be written.
    """
    # Named by the process, as the parts' unfinished files are.
    whole = paths[0].with_name(f"whole.{os.getpid()}.tmp")
    count = assemble(job, paths, whole, umap, say)
    say("writing")
    publish(whole)
    remove_parts(paths[0].parent)
    return count


def assemble(job: Job, paths: Sequence[Path], out: Path, umap: bool, say: Say = lambda text: None) -> int:
    """Write the parts as one table to ``out`` and return its rows; at no time is it whole in memory.

    Raises:
        InputError: a part is damaged, or ``out`` cannot be written.
    """
    count = len(job.rows())
    maps = coordinates(
        lambda space: read_parts(paths, lambda names: needed(names, space)), count, umap, say=say
    )
    settings = umap_settings(count) if umap else None
    info = describe_analysis(job.run, job.samples.name, job.split, job.draws, settings)
    schema = with_info(arrow_schema(info.experts, info.modalities), info)
    try:
        with pq.ParquetWriter(out, schema, compression=COMPRESSION) as writer:
            start = 0
            for table in _groups(paths):
                here = {name: values[start : start + len(table)] for name, values in maps.items()}
                writer.write_table(finish(table, here).cast(schema), row_group_size=GROUP)
                start += len(table)
        with out.open("rb") as handle:
            os.fsync(handle.fileno())
    except OSError as error:
        with suppressed():
            out.unlink(missing_ok=True)
        raise InputError(f"{out} cannot be written ({reason(error)}); free space or name another.") from error
    return count


def _groups(paths: Sequence[Path]) -> Iterator[pa.Table]:
    """Yield the parts put together to row groups."""
    waiting: list[pa.Table] = []
    for part in read_parts(paths, list):
        if waiting and int(np.sum([len(t) for t in waiting])) + len(part) > GROUP:
            yield pa.concat_tables(waiting).combine_chunks()
            waiting = []
        waiting.append(part)
    yield pa.concat_tables(waiting).combine_chunks()
