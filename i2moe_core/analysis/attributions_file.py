"""The files of a split's attributions: table, what it is of, summary; a run's own are in its manifest."""

from __future__ import annotations

import json
import mmap
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from i2moe_core.analysis.attribution_summary import Summary
from i2moe_core.analysis.job import read_parts
from i2moe_core.analysis.store import COMPRESSION, GROUP
from i2moe_core.checkpoint import add_file
from i2moe_core.checkpoint.files import write_atomic
from i2moe_core.checkpoint.names import ATTRIBUTED, ATTRIBUTIONS
from i2moe_core.errors import InputError

ABOUT = b"i2moe.attributions"  # key of the record in the file's own metadata


def table_schema(kinds: Mapping[str, str]) -> pa.Schema:
    """Return the columns for a run's modalities, name -> kind."""
    numbers, words = pa.list_(pa.float64()), pa.list_(pa.string())
    fields = [
        ("row", pa.int64()), ("id", pa.string()), ("class", pa.string()), ("expert", pa.string()),
        ("value", pa.float64()), ("baseline_value", pa.float64()), ("gap", pa.float64()),
    ]  # fmt: skip
    for name, kind in kinds.items():
        fields += [(f"share_{name}", pa.float64()), (f"values_{name}", numbers)]
        fields += [(f"words_{name}", words)] if kind == "text" else []
    return pa.schema(fields)


def summary_path(out: Path) -> Path:
    """Return where the summary of ``out`` lies."""
    return out.with_suffix(".json")


def read_about(path: Path) -> dict[str, Any]:
    """Return what a file of attributions is of.

    Raises:
        InputError: there is none, or it is damaged.
    """
    try:
        metadata = pq.read_schema(path).metadata or {}
        about: dict[str, Any] = json.loads(metadata[ABOUT])
    except FileNotFoundError:
        raise InputError(
            f"There are no attributions at {path}; write them with 'i2moe analyze RUN --attributions METHOD'."
        ) from None
    except (OSError, pa.ArrowException, KeyError, ValueError) as error:
        raise InputError(f"{path} is damaged or holds no attributions; write it again.") from error
    return about


def join_parts(paths: Sequence[Path], summary: Summary, out: Path, run: Path) -> None:
    """Put the parts together to ``out``, and count them into the summary; never whole in memory.

    Args:
        paths: of the parts, in order.
        summary: an empty one, which says what the rows are of.
        out: the table's path.
        run: the folder of the run; its own table is entered in its manifest.

    Raises:
        InputError: the file cannot be written.
    """
    unfinished = out.with_name(f".{out.name}.{os.getpid()}.tmp")
    try:
        _write(paths, summary, unfinished)
        _publish(unfinished, out, run)
    except OSError as error:
        raise InputError(
            f"{out} cannot be written ({error.strerror}); free space or name another."
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)


def publish_summary(summary: Summary, out: Path, run: Path) -> None:
    """Write the summary of the table ``out`` beside it."""
    if _own(out, run):
        add_file(run, ATTRIBUTED, summary.to_json())
    else:
        write_atomic(summary_path(out), summary.to_json())


def _write(paths: Sequence[Path], summary: Summary, path: Path) -> None:
    schema = table_schema(summary.kinds).with_metadata({ABOUT: json.dumps(summary.about).encode()})
    waiting: list[pa.Table] = []
    with pq.ParquetWriter(path, schema, compression=COMPRESSION) as writer:
        for table in read_parts(list(paths), list):
            summary.add(table)
            waiting.append(table)
            if sum(len(part) for part in waiting) >= GROUP:
                writer.write_table(pa.concat_tables(waiting).cast(schema))
                waiting = []
        if waiting:
            writer.write_table(pa.concat_tables(waiting).cast(schema))


def _own(out: Path, run: Path) -> bool:
    """Tell whether ``out`` is the run's own table."""
    return out.name == ATTRIBUTIONS and out.parent.resolve() == run.resolve()


def _publish(whole: Path, out: Path, run: Path) -> None:
    if not _own(out, run):
        os.replace(whole, out)
        return
    # Mapped, not read: the rows of a large split need not fit into memory.
    with whole.open("rb") as handle, mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as content:
        add_file(run, ATTRIBUTIONS, content)  # type: ignore[arg-type]
