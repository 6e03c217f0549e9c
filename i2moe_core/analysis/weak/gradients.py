"""The gradients that weak points 1 and 2 rest on: at the saved weights, and as the training logged them."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import torch

from i2moe_core.analysis.weak.setting import Setting
from i2moe_core.hub_files import local_files_only
from i2moe_core.model.build import Model, build_model
from i2moe_core.training.gradients import CONFLICT, GRADIENT, GradientReport, gradient_report
from i2moe_core.training.recipes.base import Phase
from i2moe_core.training.step import parameters

BATCHES = 6


def phase_reports(setting: Setting, phase: Phase, model: Model | None = None) -> list[GradientReport]:
    """Return the phase's gradients on several training batches, at the saved weights or another model's."""
    model = setting.model if model is None else model
    rows, _ = setting.training_rows(BATCHES * phase.batch_size)
    parts = np.array_split(rows, max(1, min(BATCHES, len(rows) // 2)))
    methods, seed = setting.methods(), setting.run.config.training.seed
    return [
        gradient_report(model, phase, setting.batch(part), seed + n, methods) for n, part in enumerate(parts)
    ]


def untrained(setting: Setting, phase: Phase) -> Model:
    """Return the model as the phase found it: what learns in it drawn anew by the run's seed.

    What an earlier phase taught is as saved.
    """
    config = setting.run.config
    with torch.random.fork_rng(devices=[]), local_files_only():
        torch.manual_seed(config.training.seed)
        model = build_model(config.model, setting.run.info)
    model = model.to(setting.run.device).eval()
    learning = {id(p) for p in parameters(model, phase)}
    drawn = {name for name, p in model.named_parameters() if id(p) in learning}
    kept = {name: value for name, value in setting.model.state_dict().items() if name not in drawn}
    model.load_state_dict(kept, strict=False)
    return model


def mean_cosines(reports: list[GradientReport]) -> dict[str, Any]:
    """Return the mean cosines of the batches with their spread, and the pair that is lowest."""
    losses = reports[0].losses
    # A batch may lack a loss (nothing to align): only those with the first batch's losses are averaged.
    cosines = np.stack([report.cosines for report in reports if report.losses == losses])
    mean, spread = cosines.mean(0), cosines.std(0)
    pairs = [(a, b) for a, b in combinations(range(len(losses)), 2) if not np.isnan(mean[a, b])]
    lowest = None
    if pairs:
        a, b = min(pairs, key=lambda pair: mean[pair])
        lowest = {"a": losses[a], "b": losses[b], "cosine": float(mean[a, b]), "std": float(spread[a, b])}
    return {"losses": list(losses), "cosines": mean, "std": spread, "lowest": lowest}


def logged_cosines(history: pd.DataFrame) -> list[dict[str, Any]]:
    """Return what was logged of each two losses in each phase, the lowest mean first; empty without a log.

    phase, a, b, mean, last, lowest, negative (share of the epochs below 0), epochs.
    """
    rows = []
    for column in [str(name) for name in history.columns if str(name).startswith(CONFLICT)]:
        a, _, b = column.removeprefix(CONFLICT).partition("~")
        for phase, values in history.groupby("phase")[column]:
            known = values.dropna()
            if len(known):
                rows.append({"phase": str(phase), "a": a, "b": b, **_summary(known)})
    return sorted(rows, key=lambda row: float(row["mean"]))


def logged_shares(history: pd.DataFrame, parts: tuple[str, ...]) -> dict[str, float]:
    """Return the mean over the epochs of each part's share of these parts' gradient; empty without a log."""
    columns = [GRADIENT + part for part in parts]
    if not set(columns) <= set(history.columns):
        return {}
    known = history[columns].dropna()
    known = known[known.sum(axis=1) > 0]
    if known.empty:
        return {}
    means = known.div(known.sum(axis=1), axis=0).mean()
    return {part: float(means[GRADIENT + part]) for part in parts}


def _summary(values: pd.Series) -> dict[str, Any]:
    return {
        "mean": float(values.mean()),
        "last": float(values.iloc[-1]),
        "lowest": float(values.min()),
        "negative": float((values < 0).mean()),
        "epochs": len(values),
    }
