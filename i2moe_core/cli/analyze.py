"""``i2moe analyze``: one row a sample, as a Parquet table."""

from __future__ import annotations

import argparse
import io
from pathlib import Path
from typing import TYPE_CHECKING

from i2moe_core.cli.arguments import add_data, add_run, run_folder
from i2moe_core.cli.output import write_file

if TYPE_CHECKING:
    import pandas as pd

    from i2moe_core.cli.arguments import Verbs


def add_parser(verbs: Verbs) -> None:
    """Add the verb."""
    parser = verbs.add_parser("analyze", help="write every sample's weights, contributions and components")
    add_run(parser)
    add_data(parser)
    parser.add_argument("--out", type=Path, metavar="FILE", help="default: analysis.parquet of the run")
    parser.set_defaults(act=act)


def act(arguments: argparse.Namespace) -> None:
    """Analyze and write."""
    from i2moe_core.analysis.records import analyze_run
    from i2moe_core.checkpoint import add_file, load_run
    from i2moe_core.checkpoint.names import ANALYSIS
    from i2moe_core.cli.run_data import open_data

    run = load_run(run_folder(arguments.run), arguments.device)
    table = analyze_run(run, open_data(run, arguments), arguments.split)
    if arguments.out is None:
        add_file(run.path, ANALYSIS, parquet(table))
    else:
        write_file(arguments.out, parquet(table))
    print(f"{len(table)} samples written to {arguments.out or run.path / ANALYSIS}")


def parquet(table: pd.DataFrame) -> bytes:
    """Return the content of a Parquet file."""
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False)
    return buffer.getvalue()
