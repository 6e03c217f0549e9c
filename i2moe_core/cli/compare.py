"""``i2moe audit --compare``: several runs on the same samples, as tables on the screen and as JSON."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from i2moe_core.cli.arguments import run_folder
from i2moe_core.cli.output import columns, json_content, number, write_file
from i2moe_core.cli.progress_file import write_progress
from i2moe_core.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from i2moe_core.analysis.comparison.compare import Comparison

FIGURES = ("accuracy", "ece", "contribution_argmax", "leak", "irs")
PAIR = ("same_answer", "same_dominant", "same_heaviest", "weight_difference", "accuracy_difference")
SHOWN = 5  # differing samples


def compare(arguments: argparse.Namespace) -> None:
    """Compare the runs, print, and write where asked.

    Raises:
        InputError: a run or the data is at fault, the runs do not fit together, or --save was given.
    """
    from i2moe_core.analysis.comparison.compare import check_runs, compare_runs
    from i2moe_core.analysis.comparison.file import comparison_content
    from i2moe_core.checkpoint import load_run
    from i2moe_core.cli.run_data import open_samples

    if arguments.save:
        raise InputError("A comparison belongs to no single run; leave --save out and give --json FILE.")
    names = [*([] if arguments.run is None else [arguments.run]), *arguments.compare]
    runs = [load_run(run_folder(name), arguments.device) for name in names]
    check_runs(runs)
    samples, _ = open_samples(runs[0], arguments)

    def watch(done: int, total: int) -> None:
        write_progress(arguments.progress, "runs", done, total, None)

    found = compare_runs(runs, samples, arguments.split, watch=watch)
    if arguments.json is not None:
        write_file(arguments.json, json_content(comparison_content(found)))
    write_progress(arguments.progress, "finished", 1, 1, None)
    print(comparison_lines(found))


def comparison_lines(found: Comparison) -> str:
    """Return the runs, how far they agree, the stability over seeds, and where they differ most."""
    parts = [
        f"{len(found.samples)} of {found.total} samples of split {found.split} of {found.data}",
        columns(_run_rows(found)),
        "\n".join(["agreement", columns(_pair_rows(found))]),
        *(_stability(row, found.experts) for _, row in found.stability.iterrows()),
    ]
    if len(found.differences):
        worst = [f"{row.id} ({row.label}): {row.why}" for row in found.differences[:SHOWN].itertuples()]
        parts.append("\n".join(["where they differ most", *worst]))
    return "\n\n".join(parts)


def _run_rows(found: Comparison) -> list[list[str]]:
    experts = [f"{kind}.{name}" for kind in ("roles", "weight") for name in found.experts]
    figures = [name for name in (*FIGURES, *experts) if found.table[name].notna().any()]
    head = [found.measure if name == "accuracy" else name for name in figures]
    rows = [["run", *found.table["run"]], ["recipe", *found.table["recipe"]]]
    rows.append(["seed", *map(str, found.table["seed"])])
    return rows + [
        [label, *map(number, found.table[name])] for label, name in zip(head, figures, strict=True)
    ]


def _pair_rows(found: Comparison) -> list[list[str]]:
    ranks = [f"rank.{name}" for name in found.experts]
    known = [name for name in (*PAIR, *ranks) if found.agreement[name].notna().any()]
    head = ["", *(f"{row.a} / {row.b}" for row in found.agreement.itertuples())]
    return [head, *([name, *map(number, found.agreement[name])] for name in known)]


def _stability(row: pd.Series, experts: tuple[str, ...]) -> str:
    lead = (
        f"stability over {int(row['runs'])} seeds: accuracy {number(row['accuracy'])} "
        f"± {number(row['accuracy_std'])}, same answer {number(row['same_answer'])}"
    )
    if row[f"rank.{experts[0]}"] != row[f"rank.{experts[0]}"]:
        return f"{lead}."
    ranks = ", ".join(f"{name} {number(row[f'rank.{name}'])}" for name in experts)
    return (
        f"{lead}, same dominant expert {number(row['same_dominant'])}, "
        f"weights differ by {number(row['weight_difference'])};\nrank correlation of weights: {ranks}"
    )
