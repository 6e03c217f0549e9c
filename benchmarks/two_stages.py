"""The recipe faithful in two stages: encoders and probes once, then experts of any fusion on their tokens.

The first phase does not depend on the experts' fusion, and the second trains nothing of the first. So one set
of encoders serves all fusions: its tokens are computed once and remembered. The one difference to training in
one go: the second phase hides no words and changes no pictures, since its tokens are fixed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from i2moe_core.config import DataConfig, DataInfo, RunConfig, override
from i2moe_core.data import load_samples
from i2moe_core.data.batching import TensorData, build_vocabulary, prepare
from i2moe_core.encoders.base import Encoder
from i2moe_core.explain.evaluate import encode_rows
from i2moe_core.model.build import Model, build_model
from i2moe_core.model.i2moe import I2MoE
from i2moe_core.model.single_fusion import SingleFusion
from i2moe_core.training.defaults import default_config
from i2moe_core.training.fit import fit
from i2moe_core.training.history import History
from i2moe_core.training.info import describe_data
from i2moe_core.training.recipes.base import as_mixture, probes_of
from i2moe_core.types import Features, Samples


class Remembered(Encoder):
    """Gives out what was encoded before; its inputs are row numbers, (B, 1)."""

    def __init__(self, features: Features) -> None:
        super().__init__((1,), features.tokens.shape[-1])
        self.features = features

    def forward(self, x: Tensor) -> Features:
        """Return the features of these rows, cut to the longest of them."""
        found = self.features[x[:, 0]]
        longest = int(found.mask.sum(1).max().clamp(min=1))
        return Features(found.tokens[:, :longest], found.mask[:, :longest], found.pooled)


@dataclass(frozen=True)
class FirstStage:
    """Encoders and probes of one seed, and a data set whose inputs are row numbers into their tokens."""

    config: RunConfig
    info: DataInfo
    data: TensorData
    features: Mapping[str, Features]
    model: I2MoE


@dataclass(frozen=True)
class Ready:
    """Data and the full configuration of a training."""

    config: RunConfig
    info: DataInfo
    data: TensorData


def make_ready(
    source: str, seed: int, recipe: str, options: Mapping[str, Any], settings: Mapping[str, Any]
) -> Ready:
    """Read a data set and settle the configuration: what suits it, on the CPU, with ``settings`` changed.

    options: of the data set. settings: dotted keys of the configuration.
    """
    asked = DataConfig(source=source, seed=seed, options=dict(options))
    samples = load_samples(asked)
    changes = {"training.seed": seed, "training.device": "cpu", "training.log_gradients": False}
    config = override(default_config(samples, asked, recipe), changes | dict(settings))
    vocabulary = build_vocabulary(samples, config.data)
    data = prepare(samples, config.data, vocabulary)
    return Ready(config, describe_data(data, vocabulary), data)


def train_vanilla(
    source: str, seed: int, settings: Mapping[str, Any], options: Mapping[str, Any] | None = None
) -> tuple[SingleFusion, TensorData, History]:
    """Train a single fusion end to end, with the recipe vanilla."""
    ready = make_ready(source, seed, "vanilla", options or {}, settings)
    torch.manual_seed(seed)
    model = build_model(ready.config.model, ready.info, vanilla=True)
    if not isinstance(model, SingleFusion):
        raise ValueError("the recipe vanilla trains a single fusion")
    return model, ready.data, fit(model, ready.data, ready.config)


def train_first(
    source: str,
    seed: int,
    folder: Path,
    options: Mapping[str, Any] | None = None,
    settings: Mapping[str, Any] | None = None,
) -> FirstStage:
    """Train encoders and probes, or go on where ``folder`` has them, and remember all samples' tokens."""
    only_first = {"training.expert_epochs": 0} | dict(settings or {})
    ready = make_ready(source, seed, "faithful", options or {}, only_first)
    torch.manual_seed(seed)
    model = as_mixture(build_model(ready.config.model, ready.info))
    folder.mkdir(parents=True, exist_ok=True)
    fit(model, ready.data, ready.config, folder, resume=True)
    features = encode_rows(model.eval(), ready.data, np.arange(len(ready.data.samples)))
    by_name = dict(zip(model.modalities, features, strict=True))
    return FirstStage(ready.config, ready.info, row_numbers(ready.data), by_name, model)


def row_numbers(data: TensorData) -> TensorData:
    """Return the data set with row numbers, (N, 1), for inputs."""
    rows = torch.arange(len(data.targets)).unsqueeze(1)
    return replace(data, inputs=dict.fromkeys(data.inputs, rows))


def with_fewer(samples: Samples, limit: int) -> Samples:
    """Return the samples with the first ``limit`` of the training split alone; 0: all."""
    splits = samples.splits.astype(object)
    if limit:
        splits[samples.rows("train")[limit:]] = "spare"
    return replace(samples, splits=splits)


def build_second(first: FirstStage, fusion: str, settings: Mapping[str, Any]) -> tuple[I2MoE, RunConfig]:
    """Build the mixture with experts on ``fusion``, and with the first stage's tokens and probes."""
    plain = {"training.epochs": 0, "data.augment": False, "model.fusion": fusion}
    config = override(first.config, plain | dict(settings))
    torch.manual_seed(config.training.seed)
    model = as_mixture(build_model(config.model, first.info))
    model.encoders = nn.ModuleDict({name: Remembered(f) for name, f in first.features.items()})
    probes_of(model).load_state_dict(probes_of(first.model).state_dict())
    model.missing.load_state_dict(first.model.missing.state_dict())
    return model, config


def train_second(
    first: FirstStage, fusion: str, settings: Mapping[str, Any], limit: int = 0
) -> tuple[I2MoE, TensorData, History]:
    """Train experts and gate on the first stage's tokens; ``limit``: training samples used, 0 for all."""
    model, config = build_second(first, fusion, settings)
    data = replace(first.data, samples=with_fewer(first.data.samples, limit))
    return model, data, fit(model, data, config)


def expert_parameters(model: Model) -> int:
    """Return how many numbers one expert that sees all modalities learns, its head included."""
    expert = model.expert if isinstance(model, SingleFusion) else model.experts[-1]
    return sum(p.numel() for p in expert.parameters())
