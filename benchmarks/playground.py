"""The playground: how fast it trains while it is redrawn, and what each recipe recovers after 300 steps.

    i2moe benchmark playground --json FILE [--seeds 3] [--steps 300]

A mixed set, a quarter of the samples of each type. A training is sliced and drawn exactly as the page does,
all its figures in full mode, without a browser. Seconds are of the clock; ``cpu_s`` are of this process.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from i2moe_core.teaching.playground.settings import PLAYED, Settings
from i2moe_core.teaching.playground.trainer import Setup, Trainer
from i2moe_core.training.recipes import RECIPES
from i2moe_core.ui.components.teach import playground_figures as figures
from i2moe_core.ui.playing import SLICE

AIMS = {"faithful": "recovery > .8", "paper": "recovery < .5", "vanilla": ""}


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, print a table and write the JSON."""
    parser = argparse.ArgumentParser(prog="i2moe benchmark playground", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=PLAYED)
    arguments = parser.parse_args(argv)
    logging.disable(logging.WARNING)  # figures drawn without a page are warned of
    measure("vanilla", 0, 5)  # imports and first calls
    rows = {
        recipe: [measure(recipe, seed, arguments.steps) for seed in range(arguments.seeds)]
        for recipe in RECIPES
    }
    _show(rows)
    if arguments.json is not None:
        found = {"steps": arguments.steps, "cores": os.cpu_count(), "load_average": os.getloadavg()[0]} | rows
        arguments.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


def measure(recipe: str, seed: int, steps: int) -> dict[str, Any]:
    """Train one model in slices with a redraw after each; return speed, accuracy and recovery."""
    trainer = Trainer(Setup(Settings(recipe=recipe, seed=seed)))
    started, cpu, redraws = time.perf_counter(), time.process_time(), 0
    while trainer.done < steps:
        trainer.advance(steps, SLICE)
        redraw(trainer, steps)
        redraws += 1
    seconds, look = time.perf_counter() - started, trainer.look()
    return {
        "seed": seed, "seconds": seconds, "cpu_s": time.process_time() - cpu,
        "steps_per_s": steps / seconds, "redraws_per_s": redraws / seconds,
        "accuracy": look.accuracy, "gate": look.gate, "recovery": look.recovery,
    }  # fmt: skip


def redraw(trainer: Trainer, goal: int) -> None:
    """Build everything that the page shows of a training."""
    look = trainer.look()
    figures.show_numbers(look, trainer, goal)
    figures.show_surfaces(look, trainer)
    figures.show_weights(look)
    figures.show_course(look, trainer)


def _show(rows: dict[str, list[dict[str, Any]]]) -> None:
    names = ("seconds", "cpu_s", "steps_per_s", "redraws_per_s", "accuracy", "gate", "recovery")
    print(f"{'recipe':<10}" + "".join(f"{name:>15}" for name in names) + "   aim")
    for recipe, runs in rows.items():
        cells = "".join(f"{_mean([run[name] for run in runs]):>15}" for name in names)
        print(f"{recipe:<10}{cells}   {AIMS[recipe]}")


def _mean(values: Sequence[float | None]) -> str:
    known = [value for value in values if value is not None]
    return f"{np.mean(known):.3f}" if known else "-"


if __name__ == "__main__":
    main()
