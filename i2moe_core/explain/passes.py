"""One sample's full pass and all its perturbed passes, through all experts, as one batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from i2moe_core.checkpoint import Run
from i2moe_core.data.batching import encode_sample
from i2moe_core.errors import InputError
from i2moe_core.explain.identity import fingerprint
from i2moe_core.explain.reference import Reference, reference_of
from i2moe_core.language import say
from i2moe_core.model.i2moe import I2MoE
from i2moe_core.types import Features


@dataclass(frozen=True)
class Sample:
    """One encoded sample among a run's reference.

    features: one row per modality; present: (1, M) bool; own: its row in the reference, if it is one of them.
    """

    sample_id: str
    model: I2MoE
    features: list[Features]
    present: Tensor
    reference: Reference
    own: int | None


@dataclass(frozen=True)
class Passes:
    """What the mixture says of n composed samples: (n, C), (n, E) and (E, n, C), float64."""

    logits: Tensor
    weights: Tensor
    expert_logits: Tensor


def encode(run: Run, values: Mapping[str, Any], sample_id: str | None = None) -> Sample:
    """Encode a sample as in training.

    Raises:
        InputError: the run is no mixture, a modality is unknown, or nothing was given.
    """
    model = mixture_of(run)
    unknown = sorted(set(values) - set(run.info.modalities))
    if unknown:
        known = ", ".join(run.info.modalities)
        raise InputError(f"The run '{run.name}' has no modality '{unknown[0]}'; it has {known}.")
    mark = fingerprint(values)
    name = mark if sample_id is None else sample_id
    batch = encode_sample(
        values, run.reference.modalities, run.config.data, run.vocabulary, name, run.info.shapes
    ).to(run.device)
    reference = reference_of(run)
    with torch.inference_mode():
        features = model.encode(batch)
    return Sample(name, model, features, batch.present, reference, reference.row_of(name, mark))


def mixture_of(run: Run) -> I2MoE:
    """Return the run's mixture.

    Raises:
        InputError: it is a single fusion.
    """
    if not isinstance(run.model, I2MoE):
        raise InputError(
            say(
                "The run '{name}' is a single fusion without experts, so there is nothing to break down; "
                "choose a run of a mixture (recipe faithful or paper).",
                name=run.name,
            )
        )
    return run.model


def draw_partners(sample: Sample, modality: int, generator: torch.Generator) -> Tensor:
    """Return all possible partners of a modality in a random order."""
    rows = sample.reference.partners(modality, sample.own)
    return rows[torch.randperm(len(rows), generator=generator)]


@torch.inference_mode()
def run_passes(sample: Sample, replacements: Sequence[Mapping[int, int]]) -> Passes:
    """Run the sample once for each of ``replacements``: modality -> reference row that it is taken from."""
    composed = []
    for m, own in enumerate(sample.features):
        pool = Features.cat([own, sample.reference.features[m]])
        rows = [1 + change[m] if m in change else 0 for change in replacements]
        composed.append(pool[torch.tensor(rows, device=own.tokens.device)])
    output = sample.model.mix(composed)
    return Passes(
        output.logits.double().cpu(),
        output.weights.double().cpu(),
        output.expert_logits[:, 0].double().cpu(),
    )
