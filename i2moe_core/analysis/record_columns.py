"""From a batch's passes to the columns of the table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from i2moe_core.analysis.answers import Answers
from i2moe_core.analysis.audit_parts import shares_of
from i2moe_core.analysis.disagreement_columns import disagreement_columns
from i2moe_core.analysis.schema import column, probe_column
from i2moe_core.analysis.swap_columns import model_components, swap_columns
from i2moe_core.analysis.thumbnails import thumbnails
from i2moe_core.checkpoint import Run
from i2moe_core.data.batching import TensorData
from i2moe_core.explain.evaluate import Evaluation
from i2moe_core.explain.mismatch import label_name
from i2moe_core.explain.pointwise import interaction_components
from i2moe_core.explain.wording import prediction_name
from i2moe_core.losses.task import probabilities
from i2moe_core.measures.outcomes import outcome_targets, outcomes
from i2moe_core.model.build import Model
from i2moe_core.model.i2moe import I2MoE
from i2moe_core.types import Samples


def columns_from(run: Run, model: I2MoE, data: TensorData, answers: Answers) -> dict[str, Any]:
    """Return name -> values of a batch, except the row numbers and the maps."""
    said, names = answers.said, model.expert_names
    places = predicted_places(said)
    shares = shares_of(model, said)
    table = _sample_columns(data, said)
    table |= _answer_columns(run, model, data.samples, said)
    table |= by_expert("share", names, shares)
    table |= _expert_columns(run, model, said, places)
    table |= swap_columns(run, model, answers, places)
    table |= by_expert("component", names, _components(model, answers, places))
    table |= by_expert("model_component", names, pick(model_components(model, answers), places))
    table |= _probe_columns(run, model, said)
    table |= disagreement_columns(run, model, said, places)
    table["dominant"] = np.array(names, dtype=object)[shares.argmax(1)]
    return table


def predicted_places(said: Evaluation) -> np.ndarray:
    """Return the class of each sample's answer, (B,); the likeliest label; 0 for regression."""
    places: np.ndarray = said.logits.argmax(-1).numpy()
    return places


def pick(values: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Take each sample's class: (E, B, C) -> (B, E)."""
    picked: np.ndarray = values[:, np.arange(len(places)), places].T
    return picked


def by_expert(kind: str, names: Sequence[str], values: np.ndarray) -> dict[str, np.ndarray]:
    """Return a column for every expert; values: (B, E)."""
    return {column(kind, name): values[:, k] for k, name in enumerate(names)}


def _sample_columns(data: TensorData, said: Evaluation) -> dict[str, Any]:
    samples, rows = data.samples, said.rows
    pictures = [m for m in samples.modalities if m.kind == "image"]
    names = [m.name for m in samples.modalities]
    table = {
        "id": [samples.ids[row] for row in rows],
        "split": samples.splits[rows].astype(object),
        "text": _texts(samples, rows),
        "missing": [
            ", ".join(name for name, there in zip(names, line, strict=True) if not there)
            for line in said.present.tolist()
        ],
        "interaction": None if samples.truth is None else samples.truth.interactions[rows].astype(object),
    }
    if pictures:
        name, place = pictures[0].name, names.index(pictures[0].name)
        values = [samples.raw[name][row] for row in rows]
        table["image"] = [str(v) if isinstance(v, (str, Path)) else None for v in values]
        table["thumbnail"] = thumbnails(data.inputs[name][torch.from_numpy(rows)], said.present[:, place])
    return table


def _answer_columns(run: Run, model: I2MoE, samples: Samples, said: Evaluation) -> dict[str, Any]:
    regression = model.task == "regression"
    return {
        "label": _labels(run, samples, said),
        "label_value": said.targets.double().numpy() if regression else None,
        "prediction": answer_names(run, model, said.logits),
        "predicted_value": said.logits[:, 0].numpy() if regression else None,
        "probability": None if regression else probabilities(model.task, said.logits).amax(-1).numpy(),
        "correct": None if regression else _correct(run, model, said),
    }


def _expert_columns(run: Run, model: I2MoE, said: Evaluation, places: np.ndarray) -> dict[str, Any]:
    names = model.expert_names
    spoken = probabilities(model.task, said.expert_logits)
    given = (said.weights.T.unsqueeze(-1) * said.expert_logits).numpy()  # (E, B, C)
    table = by_expert("weight", names, said.weights.numpy())
    table |= by_expert("contribution", names, pick(given, places))
    table |= by_expert("support", names, pick(spoken.numpy(), places))
    if model.task != "regression":
        table |= by_expert("confidence", names, spoken.amax(-1).T.numpy())
    answers: dict[str, Any] = {
        column("answer", name): answer_names(run, model, logits)
        for name, logits in zip(names, said.expert_logits, strict=True)
    }
    return table | answers


def _components(model: I2MoE, answers: Answers, places: np.ndarray) -> np.ndarray:
    """Return the probes' components for the answer, (B, E); without probes the model's own."""
    single, joint = answers.said.single, answers.said.joint
    if single is None or joint is None:
        return pick(model_components(model, answers), places)
    return pick(interaction_components(model, single, joint, answers.said.grouped).numpy(), places)


def _probe_columns(run: Run, model: I2MoE, said: Evaluation) -> dict[str, Any]:
    if said.single is None or said.joint is None:
        return {}
    heads = dict(zip(model.modalities, said.single, strict=True))
    table: dict[str, Any] = {probe_column(m): answer_names(run, model, z) for m, z in heads.items()}
    return table | {probe_column(): answer_names(run, model, said.joint)}


def answer_names(run: Run, model: Model, logits: Tensor) -> Any:
    """Return answers (B, C) in words."""
    if model.task == "multiclass":
        return np.array(run.info.classes, dtype=object)[logits.argmax(-1).numpy()]
    said = probabilities(model.task, logits).numpy()
    return [prediction_name(model.task, run.info.classes, row) for row in said]


def _labels(run: Run, samples: Samples, said: Evaluation) -> Any:
    if samples.task == "multiclass":
        return np.array(samples.classes, dtype=object)[said.targets.numpy()]
    return [label_name(samples, row) for row in said.rows]


def _correct(run: Run, model: I2MoE, said: Evaluation) -> np.ndarray:
    prior = model.prior.double().cpu()
    given = outcomes(model.task, said.logits, prior, run.info.scale).argmax(-1)
    right: np.ndarray = (given == outcome_targets(model.task, said.targets, prior)).all(-1).numpy()
    return right


def _texts(samples: Samples, rows: np.ndarray) -> list[str | None]:
    names = [m.name for m in samples.modalities if m.kind == "text"]
    return [samples.raw[names[0]][row] if names else None for row in rows]
