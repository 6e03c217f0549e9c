"""``i2moe analyze --attributions METHOD``: what moved the experts, over the whole split."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from i2moe_core.cli.explain_output import read_baseline
from i2moe_core.cli.output import columns, number

if TYPE_CHECKING:
    from i2moe_core.analysis.attribution_summary import Summary
    from i2moe_core.analysis.job import Job, Ranks, Watch


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the method and its baseline."""
    parser.add_argument(
        "--attributions", metavar="METHOD", help="also attribute every sample: i2moe list --attributions"
    )
    parser.add_argument("--baseline", metavar="image=NAME,text=NAME", help="what a removed part becomes")


def attribute_job(arguments: argparse.Namespace, job: Job, out: Path, ranks: Ranks, watch: Watch) -> None:
    """Write the attributions beside the analysis ``out``, and print each expert's mean shares.

    Raises:
        InputError: the method or the baseline is unknown, or a file cannot be written.
    """
    from i2moe_core.analysis.attributions import AttributionJob, attribute_split

    asked = AttributionJob(job, arguments.attributions, read_baseline(arguments.baseline))
    path = attributions_path(out, own=arguments.out is None)
    summary = attribute_split(asked, path, ranks, watch)
    if summary is not None:
        print(summary_lines(summary))
        print(f"attributions written to {path}")


def attributions_path(out: Path, own: bool) -> Path:
    """Return where the attributions of an analysis lie: in the run's folder, or beside a file of any name."""
    from i2moe_core.checkpoint.names import ATTRIBUTIONS

    return out.with_name(ATTRIBUTIONS if own else f"{out.stem}.{ATTRIBUTIONS}")


def check_method(arguments: argparse.Namespace) -> None:
    """Refuse a wrong name before anything is computed.

    Raises:
        InputError: the method or the baseline is unknown.
    """
    from i2moe_core.explain.attribution.engine import build_method

    build_method(arguments.attributions, {})
    read_baseline(arguments.baseline)


def summary_lines(summary: Summary) -> str:
    """Return each expert's mean share of every input, one a line."""
    names = list(summary.kinds)
    rows = [("moved by", *names)]
    rows += [(e, *(number(shares.get(n)) for n in names)) for e, shares in summary.shares().items()]
    return columns(rows)
