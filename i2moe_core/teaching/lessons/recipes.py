"""Lesson 5: two recipes on the same data with known truth, trained small; only numbers are kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from i2moe_core.config import DataConfig, DataInfo, RunConfig, override
from i2moe_core.data import load_samples
from i2moe_core.data.batching import TensorData, prepare
from i2moe_core.explain.evaluate import evaluate_rows
from i2moe_core.explain.turn import seeded_draws
from i2moe_core.model.build import Model, build_model
from i2moe_core.training.defaults import default_config
from i2moe_core.training.epoch import Report
from i2moe_core.training.fit import fit
from i2moe_core.training.info import describe_data
from i2moe_core.training.recipes import RECIPES
from i2moe_core.types import interaction_names

SOURCE, SIZES, EPOCHS = "vectors:struct", (1500, 200, 500), 8
PAIR = ("paper", "faithful")
Progress = Callable[[float], None]
Audit = Callable[[Model, DataInfo, TensorData], Mapping[str, Any]]


@dataclass(frozen=True)
class Trained:
    """One small model on its test split.

    weights: (K, E) the gate's mean weights, a row a true interaction, a column an expert, in one order.
    named: how often the largest part of the answer names the true interaction (chance 1 / E).
    """

    recipe: str
    seed: int
    interactions: tuple[str, ...]
    accuracy: float
    named: float
    irs: float
    leak: float
    weights: np.ndarray


def train_small(
    recipe: str,
    seed: int,
    audit: Audit,
    progress: Progress = lambda share: None,
    sizes: Sequence[int] = SIZES,
    epochs: int = EPOCHS,
) -> Trained:
    """Train one recipe on the CPU and audit it; the same seed gives the same numbers.

    audit: measures the trained model on the test split, as ``analysis.audit.audit_model`` does.
    progress: told the share that is done; what it raises ends the work.
    """
    data = DataConfig(source=SOURCE, seed=seed, options={"sizes": list(sizes)})
    samples = load_samples(data)
    changes = {"training.seed": seed, "training.device": "cpu", "training.log_gradients": False}
    changes |= {"training.epochs": epochs, "training.expert_epochs": epochs}
    config = override(default_config(samples, data, recipe), changes)
    tensors = prepare(samples, config.data, None)
    info = describe_data(tensors, None)
    with seeded_draws(seed):
        model = build_model(config.model, info)
    fit(model, tensors, config, watch=_watcher(config, progress))
    found = audit(model, info, tensors)
    return Trained(
        recipe, seed, interaction_names(list(info.modalities)), found["accuracy"],
        found["contribution_argmax"], found["irs"], found["leak"], _mean_weights(model, tensors),
    )  # fmt: skip


def _watcher(config: RunConfig, progress: Progress) -> Callable[[Report], None]:
    names = [phase.name for phase in RECIPES[config.training.recipe](config.training).phases()]

    def watch(report: Report) -> None:
        if report.row is not None:  # the epoch's last step has been told
            return
        done = (report.epoch + report.step / max(1, report.steps)) / max(1, report.epochs)
        place = names.index(report.phase) if report.phase in names else 0
        progress(min(1.0, (place + min(1.0, done)) / len(names)))

    return watch


def _mean_weights(model: Model, data: TensorData) -> np.ndarray:
    rows = data.samples.rows("test")
    said = evaluate_rows(model, data, rows)
    if data.samples.truth is None:
        raise ValueError("the lesson's data must know its interactions")
    truth = data.samples.truth.interactions[rows]
    names = interaction_names([modality.name for modality in data.samples.modalities])
    return np.stack([said.weights.numpy()[truth == name].mean(0) for name in names])
