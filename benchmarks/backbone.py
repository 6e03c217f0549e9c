"""Is a mixture as accurate as its backbone alone? Each fusion by itself and in the mixture, on a folder.

    i2moe benchmark backbone --data FOLDER --json FILE [--fusions mfb ...] [--seeds 10 11 12]

By itself: recipe vanilla, end to end. In the mixture: recipe faithful in two stages, encoders and probes once
a seed, then each fusion's experts on their tokens. Everything else is what suits the folder (its encoders,
its probes); pictures and words are augmented where encoders learn. Every training that is done is written to
FILE at once; the same command goes on.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import torch
from cells import Cell, Cells, markdown, mean_and_std, shown, stages_beside
from two_stages import FirstStage, expert_parameters, train_first, train_second, train_vanilla

from i2moe_core.explain.evaluate import evaluate_rows
from i2moe_core.fusion import FUSIONS
from i2moe_core.measures.classification import headline
from i2moe_core.registry import lookup

SEEDS = (10, 11, 12)  # of weights and order; the folder has its own splits
KINDS = ("mixture", "vanilla")
FIRST = {"training.epochs": 30}
EXPERTS = {"training.expert_epochs": 30, "training.patience": 6}
ALONE = {"training.epochs": 25, "training.patience": 6}
HEADS = ("fusion", "alone", "in the mixture", "difference", "parameters")


def main(argv: Sequence[str] | None = None) -> None:
    """Train what is not measured yet, print each, and the table of all at the end."""
    arguments = _parser().parse_args(argv)
    torch.set_num_threads(1)
    for name in arguments.fusions:
        lookup(FUSIONS, name, "fusion")
    settings = {"data": arguments.data, "first": FIRST, "experts": EXPERTS, "alone": ALONE}
    cells = Cells(arguments.json, settings)
    with tempfile.TemporaryDirectory() as folder:
        stages = stages_beside(arguments.json, Path(folder))
        for key in wanted(arguments):
            if not cells.has(key):
                print(line(cells.add(key, measure(arguments.data, key, stages))), flush=True)
    print(table(cells, arguments.fusions))


def wanted(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    """Return the keys of all cells that were asked for: all mixtures, then each fusion alone."""
    return [
        {"fusion": fusion, "kind": kind, "seed": seed}
        for kind in arguments.kinds
        for seed in arguments.seeds
        for fusion in arguments.fusions
    ]


def measure(source: str, key: dict[str, Any], stages: Path) -> dict[str, Any]:
    """Train one model and return its figures on the test split."""
    started = time.process_time()
    if key["kind"] == "mixture":
        first = first_stage(source, key["seed"], stages)
        model, data, history = train_second(first, key["fusion"], EXPERTS)
    else:
        fusion = {"model.fusion": key["fusion"]}
        model, data, history = train_vanilla(source, key["seed"], ALONE | fusion)
    seconds = time.process_time() - started
    said = evaluate_rows(model, data, data.samples.rows("test"))
    return {
        "accuracy": headline(model.task, said.logits, said.targets),
        "parameters": expert_parameters(model),
        "epochs": len(history.rows),
        "seconds": seconds,
    }


@cache
def first_stage(source: str, seed: int, stages: Path) -> FirstStage:
    """Return encoders and probes of one seed."""
    return train_first(source, seed, stages / f"seed-{seed}", settings=FIRST)


def line(cell: Cell) -> str:
    """Return one training in one line."""
    return (
        f"{cell['kind']:<9}{cell['seed']:>4}  {cell['fusion']:<30}{cell['accuracy']:>7.3f}"
        f"{cell['epochs']:>4} epochs{cell['seconds']:>6.0f} s"
    )


def table(cells: Cells, fusions: Sequence[str]) -> str:
    """Return the table as Markdown: means and deviations over the seeds measured."""
    rows = []
    for name in fusions:
        alone, mixed = (
            mean_and_std(cells.find(fusion=name, kind=kind), "accuracy") for kind in ("vanilla", "mixture")
        )
        gain = "-" if alone is None or mixed is None else f"{100 * (mixed[0] - alone[0]):+.1f}"
        known = cells.find(fusion=name)
        size = f"{known[0]['parameters']:,}" if known else "-"
        rows.append([f"`{name}`", shown(alone), shown(mixed), gain, size])
    return markdown(HEADS, rows)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="i2moe benchmark backbone", description=f"{__doc__}".splitlines()[0]
    )
    parser.add_argument("--data", required=True, metavar="FOLDER", help="pictures and texts")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--fusions", nargs="+", default=list(FUSIONS))
    parser.add_argument("--kinds", nargs="+", default=list(KINDS), choices=KINDS)
    parser.add_argument("--seeds", nargs="+", type=int, default=list(SEEDS))
    return parser


if __name__ == "__main__":
    main()
