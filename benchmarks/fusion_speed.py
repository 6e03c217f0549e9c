"""Our training step on bilinear fusions against the plain loop over experts and passes, interleaved.

    i2moe benchmark fusion_speed --json FILE [--rounds 31] [--threads N]

A ratio is plain time / our time, the median of the rounds. Setting: MM-IMDB of the published method (see
``speed``), fp32, with ``mutan`` and ``mfb`` of rank 5 (their papers') and our default sizes: 256 factors and
256 fused numbers. Keys: ``mutan.m2``, ``mutan.m4``, ``mfb.m2``, ``mfb.m4`` (M = 2 and 4 modalities), each
``.ratio`` beside its milliseconds, and ``.fused``, the same with the plain side on our optimiser, Adam in one
call; ``machine``.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

import torch
from speed import Figures, compare, machine
from speed_setting import TINY, Setting, build_ours, build_plain, draw_batch, our_step, plain_step

FUSIONS = ("mutan", "mfb")
BARS = {2: 1.6, 4: 2.2}  # by the number of modalities


def main(argv: list[str] | None = None) -> None:
    """Measure, print a table, write the JSON."""
    line = f"{__doc__}".splitlines()[0]
    parser = argparse.ArgumentParser(prog="i2moe benchmark fusion_speed", description=line)
    parser.add_argument("--json", type=Path, help="where the figures are written")
    parser.add_argument("--rounds", type=int, default=31)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads(), help="of torch")
    parser.add_argument("--tiny", action="store_true", help="a tiny setting, to try the script")
    arguments = parser.parse_args(argv)
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(arguments.threads)
        figures = measure(TINY if arguments.tiny else Setting(), arguments.rounds)
    finally:
        torch.set_num_threads(before)
    show(figures)
    if arguments.json is not None:
        text = json.dumps(figures | {"machine": machine(arguments)}, indent=2)
        arguments.json.write_text(text + "\n", "utf-8")


def measure(setting: Setting, rounds: int) -> Figures:
    """Return the figures of each fusion at each number of modalities."""
    figures: Figures = {}
    for fusion in FUSIONS:
        for modalities in BARS:
            one = replace(setting, fusion=fusion, modalities=modalities)
            figures |= measure_training(f"{fusion}.m{modalities}", one, rounds)
    return figures


def measure_training(name: str, setting: Setting, rounds: int) -> Figures:
    """Return the figures of one training step, against the plain one with either optimiser."""
    torch.manual_seed(0)
    ours, batch = build_ours(setting), draw_batch(setting)
    plain = build_plain(setting, ours)
    step = our_step(setting, ours, batch, "fp32")
    figures = compare(name, plain_step(setting, plain, batch), step, rounds)
    return figures | compare(f"{name}.fused", plain_step(setting, plain, batch, fused=True), step, rounds)


def show(figures: Figures) -> None:
    """Print the ratios beside their bars, and the milliseconds."""
    print(f"{'figure':20} {'measured':>9} {'bar':>6} {'plain':>9} {'ours':>9}")
    for fusion in FUSIONS:
        for modalities, bar in BARS.items():
            for name, aim in ((f"{fusion}.m{modalities}", str(bar)), (f"{fusion}.m{modalities}.fused", "")):
                ratio, plain, ours = (figures[f"{name}.{key}"] for key in ("ratio", "plain_ms", "ours_ms"))
                print(f"{name:20} {ratio:9.2f} {aim:>6} {plain:6.1f} ms {ours:6.1f} ms")


if __name__ == "__main__":
    main()
