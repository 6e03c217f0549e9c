"""Analyze a run: what its experts said of every sample of a split, as one table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from i2moe_core.analysis.audit_parts import shares_of
from i2moe_core.analysis.schema import column, columns_of
from i2moe_core.checkpoint import Run
from i2moe_core.data.batching import TensorData
from i2moe_core.errors import InputError
from i2moe_core.explain.evaluate import Evaluation, encode_rows, evaluate_rows
from i2moe_core.explain.mismatch import label_name
from i2moe_core.explain.passes import mixture_of
from i2moe_core.explain.pointwise import interaction_components, swapped_predictions
from i2moe_core.explain.wording import prediction_name
from i2moe_core.losses.task import probabilities
from i2moe_core.measures.disagreement import jensen_shannon
from i2moe_core.measures.outcomes import outcome_targets, outcomes
from i2moe_core.model.i2moe import I2MoE
from i2moe_core.types import Samples, interaction_names

SWAPS = 16  # of the components where a run has no probes


@torch.inference_mode()
def analyze_run(run: Run, data: TensorData, split: str = "test") -> pd.DataFrame:
    """Return one row a sample of the split, with the columns of ``schema``.

    Raises:
        InputError: the run has no experts, or the split is empty.
    """
    model = mixture_of(run)
    rows = data.samples.rows(split)
    if len(rows) == 0:
        raise InputError(f"'{data.samples.name}' has no sample in split '{split}'; name another split.")
    said = evaluate_rows(model, data, rows)
    chosen = predicted_places(model, said)
    names = interaction_names(model.modalities)
    table = _answers(run, model, data.samples, said)
    table |= _by_expert("weight", names, said.weights.numpy())
    table |= _by_expert("share", names, shares_of(model, said))
    given = (said.weights.T.unsqueeze(-1) * said.expert_logits).numpy()  # (E, N, C)
    table |= _by_expert("contribution", names, _pick(given, chosen))
    table |= _by_expert("component", names, _pick(_components(model, data, said), chosen))
    for name, logits in zip(names, said.expert_logits, strict=True):
        table[column("answer", name)] = _names(run, model, logits)
    return pd.DataFrame(table, columns=columns_of(names))


def predicted_places(model: I2MoE, said: Evaluation) -> np.ndarray:
    """Return the class of each sample's answer, (N,); the likeliest label; 0 for regression."""
    places: np.ndarray = said.logits.argmax(-1).numpy()
    return places


def _answers(run: Run, model: I2MoE, samples: Samples, said: Evaluation) -> dict[str, Any]:
    prior = model.prior.double().cpu()
    spoken = probabilities(model.task, said.logits)
    distributions = outcomes(model.task, said.expert_logits, prior, run.info.scale).numpy()
    regression = model.task == "regression"
    return {
        "id": [samples.ids[row] for row in said.rows],
        "text": _texts(samples, said.rows),
        "label": [label_name(samples, row) for row in said.rows],
        "prediction": _names(run, model, said.logits),
        "probability": np.full(len(said.rows), np.nan) if regression else spoken.amax(-1).numpy(),
        "correct": None if regression else _correct(run, model, said),
        "jensen_shannon": jensen_shannon(distributions).mean(-1),
        "interaction": None if samples.truth is None else samples.truth.interactions[said.rows],
    }


def _correct(run: Run, model: I2MoE, said: Evaluation) -> np.ndarray:
    prior = model.prior.double().cpu()
    given = outcomes(model.task, said.logits, prior, run.info.scale).argmax(-1)
    right: np.ndarray = (given == outcome_targets(model.task, said.targets, prior)).all(-1).numpy()
    return right


def _components(model: I2MoE, data: TensorData, said: Evaluation) -> np.ndarray:
    single, joint = said.single, said.joint
    if single is None or joint is None:
        single, joint = swapped_predictions(model, encode_rows(model, data, said.rows), SWAPS)
    parts: np.ndarray = interaction_components(model.task, single, joint, model.prior.double().cpu()).numpy()
    return parts


def _texts(samples: Samples, rows: np.ndarray) -> list[str | None]:
    names = [m.name for m in samples.modalities if m.kind == "text"]
    return [samples.raw[names[0]][row] if names else None for row in rows]


def _names(run: Run, model: I2MoE, logits: Tensor) -> list[str]:
    said = probabilities(model.task, logits).numpy()
    return [prediction_name(model.task, run.info.classes, row) for row in said]


def _pick(values: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Take each sample's class: (E, N, C) -> (N, E)."""
    picked: np.ndarray = values[:, np.arange(len(places)), places].T
    return picked


def _by_expert(kind: str, names: tuple[str, ...], values: np.ndarray) -> dict[str, np.ndarray]:
    return {column(kind, name): values[:, k] for k, name in enumerate(names)}
