"""``i2moe search``: which layers of the encoders to fuse, and how; its answer is a configuration."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from i2moe_core.cli.arguments import add_reader_options, positive
from i2moe_core.cli.train import add_settings
from i2moe_core.errors import InputError

if TYPE_CHECKING:
    from i2moe_core.cli.arguments import Verbs


def add_parser(verbs: Verbs) -> None:
    """Add the verb."""
    parser = verbs.add_parser(
        "search",
        help="find which layers to fuse, and how",
        description="Train many layerwise fusions briefly, each as a single model, and write the best on the "
        "validation split as a configuration for i2moe train --config. The same command goes on where it "
        "stopped.",
    )
    parser.add_argument("--data", metavar="SOURCE", help="name of a data set, folder or file")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="such as searches/mine")
    parser.add_argument("--config", type=Path, metavar="FILE.json", help="all settings but the fusion")
    parser.add_argument("--steps", type=positive, default=2, help="most steps of a fusion (default 2)")
    parser.add_argument("--rounds", type=positive, default=4, help="from daring to careful (default 4)")
    parser.add_argument(
        "--samples", type=positive, default=6, help="new fusions of each length in each round (default 6)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all candidates, the best first")
    parser.add_argument("--progress", type=Path, metavar="FILE", help="keep the progress as JSON, for others")
    add_settings(parser)
    add_reader_options(parser)
    parser.set_defaults(act=act)


def act(arguments: argparse.Namespace) -> None:
    """Search, print the best, write the configuration."""
    from i2moe_core.cli.output import json_content, write_file
    from i2moe_core.cli.search_output import report, table_lines
    from i2moe_core.cli.search_run import FUSION, run_search
    from i2moe_core.cli.training_config import assignments
    from i2moe_core.training.search import Plan

    if arguments.fusion not in (None, FUSION):
        raise InputError(f"The search is over the fusion '{FUSION}'; leave out --fusion {arguments.fusion}.")
    if arguments.data is None and arguments.config is None:
        raise InputError("There is nothing to train on; give --data with a data set, folder or file.")
    # --epochs is of the short trainings; the configuration keeps its own.
    epochs, arguments.epochs = arguments.epochs, None
    given = assignments(arguments) | {"model.fusion": FUSION}
    plan = Plan(arguments.rounds, arguments.samples, arguments.seed or 0)
    found = run_search(
        arguments.out, given, plan, arguments.steps, epochs, arguments.config, arguments.progress
    )
    print(table_lines(found))
    if arguments.json is not None:
        write_file(arguments.json, json_content(report(found)))
