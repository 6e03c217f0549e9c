"""``i2moe list``: the runs of a folder, or the entries of a table with their descriptions."""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path
from typing import TYPE_CHECKING

from i2moe_core.cli.arguments import RUNS
from i2moe_core.cli.output import columns, number
from i2moe_core.errors import InputError

if TYPE_CHECKING:
    from i2moe_core.checkpoint import RunSummary
    from i2moe_core.cli.arguments import Verbs

TABLES = {
    "fusions": "i2moe_core.fusion:FUSIONS",
    "recipes": "i2moe_core.training.recipes:RECIPES",
    "methods": "i2moe_core.training.methods:METHODS",
    "datasets": "i2moe_core.data:DATASETS",
    "encoders": "i2moe_core.encoders:ENCODERS",
    "attributions": "i2moe_core.explain.attribution.methods:ATTRIBUTIONS",
}


def add_parser(verbs: Verbs) -> None:
    """Add the verb."""
    parser = verbs.add_parser("list", help="list runs, or what can be chosen")
    parser.add_argument("--runs", type=Path, metavar="FOLDER", help=f"folder of runs; default: {RUNS}")
    tables = parser.add_mutually_exclusive_group()
    for table in TABLES:
        tables.add_argument(f"--{table}", dest="table", action="store_const", const=table)
    parser.set_defaults(act=act)


def act(arguments: argparse.Namespace) -> None:
    """Print one entry a line."""
    print(table_lines(arguments.table) if arguments.table else run_lines(arguments.runs))


def table_lines(name: str) -> str:
    """Return a table's entries, each with the first line of its docstring."""
    from i2moe_core.registry import describe

    module, _, table = TABLES[name].partition(":")
    entries = getattr(importlib.import_module(module), table)
    return columns([(key, describe(entry)) for key, entry in entries.items()])


def run_lines(folder: Path | None) -> str:
    """Return the runs of a folder; a damaged one with its problem."""
    from i2moe_core.checkpoint import list_runs

    if folder is not None and not folder.is_dir():
        raise InputError(f"There is no folder {folder}; give the folder that holds the runs.")
    runs = list_runs(folder or RUNS)
    if not runs:
        return f"No run in {folder or RUNS}; train one with `i2moe train --data scenes --out {RUNS}/mine`."
    good = [_line(run) for run in runs if run.problem is None]
    bad = [f"{run.name}: {run.problem}" for run in runs if run.problem is not None]
    head = ("run", "data", "recipe", "fusion", "classes", "parameters", "score", "created")
    return "\n".join([columns([head, *good])] * bool(good) + bad)


def _line(run: RunSummary) -> tuple[str, ...]:
    return (
        run.name, run.data, run.recipe, run.fusion, str(len(run.classes)), f"{run.parameters:,}",
        number(run.accuracy), run.created[:10],
    )  # fmt: skip
