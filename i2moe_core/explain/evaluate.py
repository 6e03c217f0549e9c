"""Run a model over many samples: every expert, the gate, the probes; and again with swapped inputs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from i2moe_core.data.batching import TensorData
from i2moe_core.model.build import Model
from i2moe_core.model.i2moe import I2MoE
from i2moe_core.types import Features

BATCH = 256


@dataclass(frozen=True)
class Evaluation:
    """What a model says of N samples; float64 on the CPU.

    rows: (N,) of the data set. targets: as in ``Samples``. present: (N, M).
    logits: (N, C); weights: (N, E); expert_logits: (E, N, C).
    single: (M, N, C), joint: (N, C), the probes' logits, and grouped: (G, N, C) of the model's groups of
    modalities; None where the model has no probes.
    """

    rows: np.ndarray
    targets: Tensor
    present: Tensor
    logits: Tensor
    weights: Tensor
    expert_logits: Tensor
    single: Tensor | None
    joint: Tensor | None
    grouped: Tensor | None = None


@torch.inference_mode()
def evaluate_rows(model: Model, data: TensorData, rows: np.ndarray, size: int = BATCH) -> Evaluation:
    """Run the model over the given rows; the model stays as it is, in evaluation mode."""
    model.eval()
    device = next(model.parameters()).device
    index = torch.from_numpy(rows)
    parts = []
    for batch in data.batches(rows, size):
        batch = batch.to(device)
        features = model.encode(batch)
        output = model.mix(features)
        said = probe_logits(model, features, batch.present)
        parts.append((output.logits, output.weights, output.expert_logits[:, 0], *said))
    logits, weights, experts, *probes = (_join(column) for column in zip(*parts, strict=True))
    single, joint, grouped = probes or (None, None, None)
    return Evaluation(
        rows, data.targets[index], data.present[index], logits, weights, experts, single, joint, grouped
    )


def probe_logits(model: Model, features: Sequence[Features], present: Tensor) -> tuple[Tensor, ...]:
    """Return the probes' logits: each modality (M, B, C), all (B, C), the groups (G, B, C); () without."""
    probes = model.probes if isinstance(model, I2MoE) else None
    if probes is None:
        return ()
    single, joint = probes(features, present)
    return single, joint, probes.grouped(features, present, single)


@torch.no_grad()
def encode_rows(model: Model, data: TensorData, rows: np.ndarray, size: int = BATCH) -> list[Features]:
    """Encode the given rows once: one ``Features`` per modality, on the model's device.

    They are plain tensors without a graph, so that they may also stand in where gradients are taken.
    """
    device = next(model.parameters()).device
    parts = [model.encode(batch.to(device)) for batch in data.batches(rows, size)]
    return [Features.cat(column) for column in zip(*parts, strict=True)]


def run_expert(
    expert: nn.Module, features: Sequence[Features], sources: Sequence[Tensor], size: int = BATCH
) -> Tensor:
    """Return one expert's logits (n, C) of composed samples, float64 on the CPU.

    sources: per modality the rows (n,) of ``features`` that it is taken from.
    """
    return _run(expert, features, sources, size)[0]


def run_mixture(
    model: Model, features: Sequence[Features], sources: Sequence[Tensor], size: int = BATCH
) -> tuple[Tensor, Tensor, Tensor]:
    """Return logits (n, C), weights (n, E) and expert logits (E, n, C) of composed samples."""

    def mix(composed: list[Features]) -> tuple[Tensor, Tensor, Tensor]:
        output = model.mix(composed)
        return output.logits, output.weights, output.expert_logits[:, 0]

    logits, weights, experts = _run(mix, features, sources, size)
    return logits, weights, experts


def other_rows(rows: Tensor, count: int, generator: torch.Generator) -> Tensor:
    """Return for each row another one of ``count``, uniformly; the row itself only where it is alone."""
    if count < 2:
        return rows
    return (rows + torch.randint(1, count, rows.shape, generator=generator)) % count


@torch.inference_mode()
def _run(
    function: Callable[[list[Features]], Tensor | tuple[Tensor, ...]],
    features: Sequence[Features],
    sources: Sequence[Tensor],
    size: int,
) -> list[Tensor]:
    parts = []
    for chunk in _chunks(len(sources[0]), size):
        rows = [source[chunk].to(features[0].tokens.device) for source in sources]
        result = function([f[row] for f, row in zip(features, rows, strict=True)])
        parts.append(result if isinstance(result, tuple) else (result,))
    return [_join(column) for column in zip(*parts, strict=True)]


def _chunks(total: int, size: int) -> Iterator[slice]:
    for start in range(0, total, size):
        yield slice(start, start + size)


def _join(parts: Sequence[Tensor]) -> Tensor:
    """Put batches together along the sample axis, the one before the last."""
    return torch.cat([p.double().cpu() for p in parts], -2)
