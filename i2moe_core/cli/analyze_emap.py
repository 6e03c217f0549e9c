"""``i2moe analyze --emap``: what the model loses where its inputs may only add up."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from i2moe_core.cli.arguments import positive
from i2moe_core.cli.output import number

if TYPE_CHECKING:
    from i2moe_core.analysis.emap_file import Emap
    from i2moe_core.analysis.job import Job, Watch


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the switch and the number of samples."""
    parser.add_argument("--emap", action="store_true", help="instead of the table, measure the EMAP gap")
    parser.add_argument(
        "--emap-samples", type=positive, metavar="N", help="samples that are combined, all with all"
    )


def emap_job(arguments: argparse.Namespace, job: Job, out: Path, watch: Watch) -> None:
    """Measure, and write the result beside the analysis ``out``.

    Raises:
        InputError: it cannot be measured, or the file cannot be written.
    """
    from i2moe_core.analysis.emap_file import emap_path, write_emap
    from i2moe_core.analysis.emap_run import measure_emap

    given = {} if arguments.emap_samples is None else {"samples": arguments.emap_samples}
    found = measure_emap(job, **given, watch=watch)
    path = emap_path(out)
    write_emap(found, path)
    print(emap_line(found))
    print(f"written to {path}")


def emap_line(found: Emap) -> str:
    """Return the gap in one line."""
    return (
        f"{found.measure} {number(found.full)}, of the best sum of its inputs {number(found.additive)}: gap "
        f"{number(found.gap)} ({number(found.low)} to {number(found.high)}) on {len(found.rows)} of "
        f"{found.total} samples"
    )
