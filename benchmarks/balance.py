"""One modality ahead of the other: which training methods mend that, and what is it worth?

    i2moe benchmark balance --json FILE [--methods plain joint ...] [--seeds 10 11 12]

The set is ``scenes`` with pale pictures: the sentence is learned first, and once it explains the training
samples nothing is left that would teach the picture's encoder. The recipe is vanilla, end to end, with the
task's loss alone, which is where imbalance arises. The weak modality's own accuracy is that of a linear probe
on the frozen picture encoder; two thirds is what pictures can tell (half of the samples, a third of the rest
by chance). Differences to plain training are paired by sample; their intervals are bootstrapped over the
samples, the seeds as they are. Every training that is done is written to FILE at once; the same command goes
on.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from cells import Cell, Cells, markdown, mean_and_std, shown
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from two_stages import train_vanilla

from i2moe_core.data.batching import TensorData
from i2moe_core.explain.evaluate import encode_rows, evaluate_rows
from i2moe_core.measures.intervals import mean_interval
from i2moe_core.model.build import Model
from i2moe_core.registry import lookup

SEEDS = (10, 11, 12)  # of data, weights and order; 20 served to choose the settings, on validation
WEAK = "image"
PLAIN = "plain"
DATA = {"sizes": [4000, 1000, 2000], "contrast": 0.7}
SETTINGS: dict[str, Any] = {
    "model.fusion": "concat",
    "data.augment": True,  # pictures are shifted and dimmed, no words hidden
    "data.max_shift": 3,
    "data.jitter": 0.15,
    "data.word_dropout": 0.0,
    "training.missing_rate": 0.0,
    "training.epochs": 14,
    "training.patience": 0,
}
# Strengths chosen on the validation split of seed 20, among two or three each (docs/experiments.md).
OPTIONS: dict[str, dict[str, dict[str, Any]]] = {
    PLAIN: {},
    "missing_modality": {"missing_modality": {"rate": {"text": 0.3}}},
    "missing_modality + joint": {"missing_modality": {"rate": {"text": 0.5}}, "joint": {"weight": 1.0}},
    "ogm_ge": {"ogm_ge": {"alpha": 1.0}},
    "ogm_ge, no noise": {"ogm_ge": {"alpha": 0.5, "noise": False}},
    "weak_boost": {"weak_boost": {"alpha": 1.0}},
    "joint": {"joint": {"weight": 1.0}},
    "joint + uncertainty": {"joint": {}, "uncertainty": {"losses": ["task", "joint:image", "joint:text"]}},
    "distillation": {"distillation": {"weight": 1.0}},
    "contrastive": {"contrastive": {"weight": 0.1, "form": "margin"}},
    "jigsaw": {"jigsaw": {"epochs": 5}},
}
HEADS = ("method", "accuracy", "picture alone", "accuracy - plain", "95% interval", "by seed", "s")


def main(argv: Sequence[str] | None = None) -> None:
    """Train what is not measured yet, print each, and the table of all at the end."""
    arguments = _parser().parse_args(argv)
    torch.set_num_threads(1)
    for name in arguments.methods:
        lookup(OPTIONS, name, "method of this benchmark")
    cells = Cells(arguments.json, {"data": DATA, "settings": SETTINGS, "split": arguments.split})
    for seed in arguments.seeds:
        for name in arguments.methods:
            key = {"method": name, "options": OPTIONS[name], "seed": seed}
            if not cells.has(key):
                print(line(cells.add(key, measure(OPTIONS[name], seed, arguments.split))), flush=True)
    print(table(cells, arguments.methods))


def measure(methods: Mapping[str, Any], seed: int, split: str) -> dict[str, Any]:
    """Train one model and return its figures on ``split``."""
    started = time.process_time()
    settings = SETTINGS | {"training.methods": dict(methods)}
    model, data, history = train_vanilla("scenes", seed, settings, DATA)
    seconds = time.process_time() - started
    said = evaluate_rows(model, data, data.samples.rows(split))
    right = (said.logits.argmax(-1) == said.targets).numpy()
    return {
        "accuracy": float(right.mean()),
        "weak_accuracy": probe_accuracy(model, data, split),
        "right": np.packbits(right).tobytes().hex(),
        "samples": len(right),
        "epochs": len(history.rows),
        "seconds": seconds,
    }


def probe_accuracy(model: Model, data: TensorData, split: str) -> float:
    """Return what a linear probe on the frozen weak encoder gets right; it learns on the training split."""
    place = model.modalities.index(WEAK)
    pooled, targets = [], []
    for part in ("train", split):
        rows = data.samples.rows(part)
        pooled.append(encode_rows(model.eval(), data, rows)[place].pooled.numpy())
        targets.append(data.targets[torch.from_numpy(rows)].numpy())
    probe = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    return float(probe.fit(pooled[0], targets[0]).score(pooled[1], targets[1]))


def differences(cells: Cells, method: str) -> list[np.ndarray]:
    """Return by seed how much more often than plain training a method is right, sample by sample."""
    found = []
    for cell in cells.find(method=method):
        plain = cells.find(method=PLAIN, seed=cell["seed"])
        if plain:
            found.append(right_of(cell).astype(float) - right_of(plain[0]))
    return found


def right_of(cell: Cell) -> np.ndarray:
    """Return which samples were answered rightly, (N,) 0 or 1."""
    packed = np.frombuffer(bytes.fromhex(cell["right"]), np.uint8)
    return np.unpackbits(packed)[: cell["samples"]]


def line(cell: Cell) -> str:
    """Return one training in one line."""
    return (
        f"{cell['seed']:>4}  {cell['method']:<24}{cell['accuracy']:>7.3f}{cell['weak_accuracy']:>7.3f}"
        f"{cell['epochs']:>4} epochs{cell['seconds']:>6.0f} s"
    )


def table(cells: Cells, methods: Sequence[str]) -> str:
    """Return the table as Markdown: means and deviations over the seeds, gains in points with intervals."""
    rows = []
    for name in methods:
        known = cells.find(method=name)
        gains = [100 * gain for gain in differences(cells, name)] if name != PLAIN else []
        cost = mean_and_std(known, "seconds")
        rows.append(
            [
                f"`{name}`",
                shown(mean_and_std(known, "accuracy")),
                shown(mean_and_std(known, "weak_accuracy")),
                *_gain_cells(gains),
                "-" if cost is None else f"{cost[0]:.0f}",
            ]
        )
    return markdown(HEADS, rows)


def _gain_cells(gains: Sequence[np.ndarray]) -> list[str]:
    if not gains:
        return ["-", "-", "-"]
    together = np.concatenate(gains)
    low, high = mean_interval(together)
    each = ", ".join(f"{gain.mean():+.1f}" for gain in gains)
    return [f"{together.mean():+.1f}", f"{low:+.1f} to {high:+.1f}", each]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="i2moe benchmark balance", description=f"{__doc__}".splitlines()[0])
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--methods", nargs="+", default=list(OPTIONS))
    parser.add_argument("--seeds", nargs="+", type=int, default=list(SEEDS))
    parser.add_argument("--split", default="test", choices=("validation", "test"))
    return parser


if __name__ == "__main__":
    main()
