"""Every fusion as the experts' backbone on the same data: does it learn, name the interaction, at what cost?

    i2moe benchmark fusions --json FILE [--fusions mfb ...] [--sets vectors:xor ...] [--seeds 10 11]

The recipe is faithful, in two stages: encoders and probes are trained once a seed, and each fusion's experts
on their tokens. Every training that is done is written to FILE at once; the same command goes on. XOR counts
as solved at .95 of the Bayes accuracy, mean over the seeds. Step times are processor time of one thread, so
that a busy machine hardly changes them.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import torch
from cells import Cell, Cells, markdown, mean_and_std, shown, stages_beside
from two_stages import FirstStage, build_second, expert_parameters, train_first, train_second

from i2moe_core.analysis.audit import audit_model
from i2moe_core.data.vectors import FLIPPED
from i2moe_core.fusion import FUSIONS
from i2moe_core.registry import lookup
from i2moe_core.training.recipes.faithful import ExpertPhase
from i2moe_core.training.step import train_step

SETS = ("vectors:xor", "vectors:redundancy", "scenes")
SEEDS = (10, 11)  # of data, weights and order; 20 and above served to choose the settings, on validation
BAR = 0.95  # of the Bayes accuracy
BAYES = {"vectors:xor": 1 - FLIPPED, "vectors:redundancy": 1 - FLIPPED, "scenes": 1.0}
SUM = "a sum of single-modality parts"
CANNOT = {
    "linear": f"one linear map: {SUM}",
    "pooled": f"no map at all, the head is linear: {SUM}",
    "decision": f"averaged decisions: {SUM}",
    "decision_vote": f"counted votes: {SUM}",
}
# Where the label is a product of signs with no margin, many samples seen a few times learn more than few.
SETTINGS: dict[str, dict[str, Any]] = {
    "vectors:xor": {
        "data": {"sizes": [12000, 1000, 4000]},
        "limit": 0,
        "first": {"training.epochs": 30},
        "second": {"training.expert_epochs": 6, "training.learning_rate": 4e-3},
    },
    "vectors:redundancy": {
        "data": {"sizes": [4000, 1000, 4000]},
        "limit": 2000,
        "first": {"training.epochs": 15},
        "second": {"training.expert_epochs": 8, "training.learning_rate": 4e-3},
    },
    "scenes": {
        "data": {},
        "limit": 1500,
        "first": {},
        "second": {
            "training.expert_epochs": 8,
            "training.expert_batch_size": 64,
            "training.learning_rate": 4e-3,
        },
    },
}
TIMED = 5  # steps whose median is the step time
HEADS = ("fusion", "xor", "solved", "argmax", "redundancy", "argmax", "scenes", "argmax", "parameters", "ms")


def main(argv: Sequence[str] | None = None) -> None:
    """Train what is not measured yet, print each, and the table of all at the end."""
    arguments = _parser().parse_args(argv)
    torch.set_num_threads(1)
    cells = Cells(arguments.json, SETTINGS)
    with tempfile.TemporaryDirectory() as folder:
        stages = stages_beside(arguments.json, Path(folder))
        for key in wanted(arguments):
            if not cells.has(key):
                first = first_stage(key["set"], key["seed"], stages)
                cell = cells.add(key, measure(first, key["set"], key["fusion"]))
                print(line(cell), flush=True)
    print(table(cells, arguments.fusions))


def wanted(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    """Return the keys of all cells that were asked for, set by set and seed by seed."""
    for name in arguments.fusions:
        lookup(FUSIONS, name, "fusion")
    for name in arguments.sets:
        lookup(SETTINGS, name, "set of this benchmark")
    return [
        {"set": source, "fusion": fusion, "seed": seed}
        for source in arguments.sets
        for seed in arguments.seeds
        for fusion in arguments.fusions
    ]


@cache
def first_stage(source: str, seed: int, stages: Path) -> FirstStage:
    """Return encoders and probes of one set and seed."""
    settings = SETTINGS[source]
    folder = stages / f"{source.replace(':', '-')}-{seed}"
    return train_first(source, seed, folder, settings["data"], settings["first"])


def measure(first: FirstStage, source: str, fusion: str, split: str = "test") -> dict[str, Any]:
    """Train one fusion's experts and return its figures on ``split``."""
    started, settings = time.process_time(), SETTINGS[source]
    model, data, history = train_second(first, fusion, settings["second"], settings["limit"])
    seconds = time.process_time() - started
    audit = audit_model(model, first.info, data, split)
    return {
        "accuracy": audit["accuracy"],
        "by_type": audit["accuracy_by_type"],
        "contribution_argmax": audit["contribution_argmax"],
        "irs": audit["irs"],
        "probe_accuracy": audit["probe_accuracy"]["all"],
        "parameters": expert_parameters(model),
        "step_ms": step_time(first, fusion, settings["second"]),
        "epochs": len(history.rows),
        "seconds": seconds,
        "split": split,
    }


def step_time(first: FirstStage, fusion: str, settings: Mapping[str, Any]) -> float:
    """Return the milliseconds of processor time of one training step, a median on one thread."""
    model, config = build_second(first, fusion, settings)
    phase = ExpertPhase(
        1, config.training.expert_batch_size, 1.0, {"smoothing": 0.01, "floor": 0.02, "swaps": 1.0}
    )
    weights = [p for module in phase.modules(model) for p in module.parameters()]
    optimizer = torch.optim.AdamW(weights, fused=True)
    batch = first.data.batch(first.data.samples.rows("train")[: phase.batch_size])
    model.eval()
    for module in phase.modules(model):
        module.train()

    def step() -> float:
        started = time.process_time()
        train_step(model, phase, [], batch, optimizer, config.training.clip, "fp32")
        return 1000 * (time.process_time() - started)

    step()
    return statistics.median(step() for _ in range(TIMED))


def solved(cells: Cells, fusion: str) -> str:
    """Return whether XOR is solved: yes, no, why it cannot be, or a dash where it is not measured."""
    if fusion in CANNOT:
        return f"cannot: {CANNOT[fusion]}"
    found = mean_and_std(cells.find(set="vectors:xor", fusion=fusion), "accuracy")
    if found is None:
        return "-"
    return "yes" if found[0] >= BAR * BAYES["vectors:xor"] else "**no**"


def line(cell: Cell) -> str:
    """Return one training in one line."""
    named = cell["contribution_argmax"]
    return (
        f"{cell['set']:<20}{cell['seed']:>4}  {cell['fusion']:<30}{cell['accuracy']:>7.3f}"
        f"{'-' if named is None else f'{named:.3f}':>7}{cell['parameters']:>9}{cell['step_ms']:>9.1f} ms"
        f"{cell['epochs']:>4} epochs{cell['seconds']:>7.0f} s"
    )


def table(cells: Cells, fusions: Sequence[str]) -> str:
    """Return the table as Markdown: means and deviations over the seeds measured."""
    rows = []
    for name in fusions:
        figures = [
            shown(mean_and_std(cells.find(set=source, fusion=name), figure))
            for source in SETS
            for figure in ("accuracy", "contribution_argmax")
        ]
        pictures = cells.find(set="scenes", fusion=name)
        cost = [f"{pictures[0]['parameters']:,}", f"{pictures[0]['step_ms']:.0f}"] if pictures else ["-", "-"]
        rows.append([f"`{name}`", figures[0], solved(cells, name), *figures[1:], *cost])
    return markdown(HEADS, rows)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="i2moe benchmark fusions", description=f"{__doc__}".splitlines()[0])
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--fusions", nargs="+", default=list(FUSIONS))
    parser.add_argument("--sets", nargs="+", default=list(SETS))
    parser.add_argument("--seeds", nargs="+", type=int, default=list(SEEDS))
    return parser


if __name__ == "__main__":
    main()
