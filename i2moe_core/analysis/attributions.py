"""Attributions of a whole split: what moved the answer and every expert of each sample, in resumable parts.

One row a sample and target, for the class that the mixture answers. Samples are attributed one by one under
their own names, so that a row is the same whoever computes it and whenever; killed, the same call goes on
where it stopped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from i2moe_core.analysis.attribution_summary import Summary
from i2moe_core.analysis.attributions_file import join_parts, publish_summary, table_schema
from i2moe_core.analysis.job import ALONE, Job, Ranks, Watch, await_parts
from i2moe_core.analysis.part_files import part_path, parts_folder, remove_parts, write_part
from i2moe_core.analysis.schema import MIXTURE
from i2moe_core.data.batching import is_missing
from i2moe_core.errors import InputError
from i2moe_core.explain.attribution.baselines import Baseline
from i2moe_core.explain.attribution.cells import FRAME
from i2moe_core.explain.attribution.engine import attribute, build_method
from i2moe_core.explain.attribution.result import Attribution, Attributions

PART = 16  # samples: what a kill costs at most


@dataclass(frozen=True)
class AttributionJob:
    """What is attributed: the samples of an analysis' job, by one method against one baseline."""

    job: Job
    method: str
    baseline: Baseline = field(default_factory=Baseline)
    options: Mapping[str, float] = field(default_factory=dict)
    part: int = PART

    def key(self) -> str:
        """Return a sum over everything that decides the rows."""
        settings = (
            self.job.key(),
            self.method,
            asdict(self.baseline),
            sorted(self.options.items()),
            self.part,
        )
        return hashlib.sha256(repr(settings).encode()).hexdigest()[:16]

    def about(self) -> dict[str, Any]:
        """Return what the rows are of, as JSON values."""
        job = self.job
        return {
            "run": job.run.id, "data": job.samples.name, "split": job.split, "samples": len(job.rows()),
            "method": self.method, "baseline": asdict(self.baseline), "options": dict(self.options),
        }  # fmt: skip


def attribute_split(
    job: AttributionJob, out: Path, ranks: Ranks = ALONE, watch: Watch = lambda done, total: None
) -> Summary | None:
    """Attribute all samples; write ``out`` and, beside it, the summary as JSON.

    In the run's own folder, under their names, both become part of the run.

    Returns:
        The summary; None in the ranks that are not the first.

    Raises:
        InputError: the method or the baseline is unknown, or a file cannot be written.
    """
    build_method(job.method, job.options)  # a wrong name is refused before any work
    paths = write_attribution_parts(job, parts_folder(out, job.key()), ranks, watch)
    if ranks.rank > 0:
        return None
    await_parts(paths)
    summary = Summary(job.about(), job.job.run.info.modalities)
    join_parts(paths, summary, out, job.job.run.path)
    publish_summary(summary, out, job.job.run.path)
    remove_parts(paths[0].parent)
    return summary


def write_attribution_parts(
    job: AttributionJob, folder: Path, ranks: Ranks = ALONE, watch: Watch = lambda done, total: None
) -> list[Path]:
    """Write this rank's parts that are not there yet; return all parts' paths in order."""
    rows = job.job.rows()
    chunks = [rows[start : start + job.part] for start in range(0, len(rows), job.part)]
    paths = [part_path(folder, number) for number in range(len(chunks))]
    mine = range(ranks.rank, len(chunks), ranks.count)
    total, done = sum(len(chunks[n]) for n in mine), sum(len(chunks[n]) for n in mine if paths[n].is_file())
    watch(done, total)
    for number in (n for n in mine if not paths[n].is_file()):
        start = done

        def told(count: int, start: int = start) -> None:
            watch(start + count, total)

        write_part(_part(job, chunks[number], told), paths[number])
        done += len(chunks[number])
    return paths


def _part(job: AttributionJob, rows: np.ndarray, told: Callable[[int], None]) -> pa.Table:
    records: list[dict[str, Any]] = []
    for count, row in enumerate(rows.tolist(), start=1):
        records += _sample(job, row)
        told(count)
    return pa.Table.from_pylist(records, schema=table_schema(job.job.run.info.modalities))


def _sample(job: AttributionJob, row: int) -> Iterator[dict[str, Any]]:
    run, samples = job.job.run, job.job.samples
    values = {name: given[row] for name, given in samples.raw.items()}
    missing = [name for name, value in values.items() if is_missing(value)]
    if len(missing) == len(values):
        return
    name = samples.ids[row]
    try:
        found = attribute(run, values, job.method, (), job.baseline, name, job.options)
    except InputError:
        if not missing:
            raise
        return  # a method for pictures has nothing to say of a sample without one
    for item in found.items:
        yield {"row": row, "id": name} | _record(found, item, run.info.classes)


def _record(found: Attributions, item: Attribution, classes: list[str]) -> dict[str, Any]:
    record: dict[str, Any] = {
        "class": classes[int(item.target.rpartition("/")[2])], "expert": item.expert or MIXTURE,
        "value": item.value, "baseline_value": item.baseline_value, "gap": item.gap,
    }  # fmt: skip
    for name, share in item.shares.items():
        cells = [
            (cell, float(value))
            for cell, value in zip(found.cells, item.cells, strict=True)
            if cell.modality == name and cell.label != FRAME
        ]
        record |= {f"share_{name}": share, f"values_{name}": [value for _, value in cells]}
        if any(cell.kind == "text" for cell, _ in cells):
            record[f"words_{name}"] = [cell.label for cell, _ in cells]
    return record
