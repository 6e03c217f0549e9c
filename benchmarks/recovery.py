"""Do weights, contributions and experts name the known interaction? The paper's recipe against faithful.

Trains the recipes on sets with known truth (the vectors, or `--sets scenes digits --recipes faithful paper
vanilla`) and audits the test split. One seed decides data, weights and
order alike; the table and the file hold means over the seeds and their standard deviations.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from i2moe_core.analysis.audit import audit_model
from i2moe_core.config import DataConfig, override
from i2moe_core.data import load_samples
from i2moe_core.data.batching import build_vocabulary, prepare
from i2moe_core.model.build import build_model
from i2moe_core.training.defaults import default_config
from i2moe_core.training.fit import fit
from i2moe_core.training.info import describe_data
from i2moe_core.training.recipes import RECIPES as TABLE

SETS = ("vectors:marker", "vectors:struct")
RECIPES = ("paper", "faithful")
FIGURES = ("accuracy", "gate_argmax", "contribution_argmax", "irs", "leak")


def main(argv: Sequence[str] | None = None) -> None:
    """Train, audit, print the table, write the file."""
    arguments = _parser().parse_args(argv)
    results: dict[str, Any] = {}
    print(f"{'set':<16}{'recipe':<10}" + "".join(f"{name:>22}" for name in FIGURES))
    for source in arguments.sets:
        results[source] = {}
        for recipe in arguments.recipes:
            started = time.perf_counter()
            audits = [
                train_and_audit(source, recipe, seed, arguments.fusion) for seed in range(arguments.seeds)
            ]
            results[source][recipe] = summary = summarize(audits)
            cells = "".join(f"{_cell(summary, name):>22}" for name in FIGURES)
            print(f"{source:<16}{recipe:<10}{cells}   {time.perf_counter() - started:.0f} s", flush=True)
    if arguments.json is not None:
        results["settings"] = {"seeds": arguments.seeds, "fusion": arguments.fusion, "split": "test"}
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps(results, indent=1), encoding="utf-8")


def train_and_audit(
    source: str, recipe: str, seed: int, fusion: str | None, split: str = "test", **settings: Any
) -> dict[str, Any]:
    """Train one model on the CPU and audit it; ``settings`` are dotted keys of the configuration."""
    config = DataConfig(source=source, seed=seed)
    samples = load_samples(config)
    run = override(
        default_config(samples, config, recipe),
        {"training.seed": seed, "training.device": "cpu"}
        | ({} if fusion is None else {"model.fusion": fusion})
        | settings,
    )
    vocabulary = build_vocabulary(samples, run.data)
    data = prepare(samples, run.data, vocabulary)
    info = describe_data(data, vocabulary)
    torch.manual_seed(seed)
    model = build_model(run.model, info, vanilla=not TABLE[recipe].mixture)
    fit(model, data, run)
    return audit_model(model, info, data, split)


def summarize(audits: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return means and standard deviations over the seeds, of the figures and of every role."""
    summary: dict[str, Any] = {name: _mean([a[name] for a in audits]) for name in FIGURES}
    summary["std"] = {
        name: None if summary[name] is None else float(np.std([a[name] for a in audits])) for name in FIGURES
    }
    roles = audits[0]["roles"] or {}
    summary["roles"] = {role: _mean([a["roles"][role] for a in audits]) for role in roles}
    return summary


def _cell(summary: dict[str, Any], name: str) -> str:
    if summary[name] is None:
        return "-"
    return f"{summary[name]:.3f} ± {summary['std'][name]:.3f}"


def _mean(values: Sequence[float | None]) -> float | None:
    """Return the mean; None where a figure does not exist (a single fusion has no weights)."""
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="recovery", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--fusion", help="of the experts; by default what suits the set")
    parser.add_argument("--sets", nargs="+", default=list(SETS))
    parser.add_argument("--recipes", nargs="+", default=list(RECIPES))
    return parser


if __name__ == "__main__":
    main()
