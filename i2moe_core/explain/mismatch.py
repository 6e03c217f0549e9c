"""The mismatch probe: one input is swapped for those of other samples; which expert notices?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from i2moe_core.checkpoint import Run
from i2moe_core.errors import InputError
from i2moe_core.explain.identity import seeded_generator
from i2moe_core.explain.passes import Passes, Sample, draw_partners, encode, run_passes
from i2moe_core.explain.pointwise import class_weights
from i2moe_core.explain.turn import turn
from i2moe_core.explain.wording import prediction_name
from i2moe_core.losses.task import evidence, probabilities
from i2moe_core.measures.shares import contribution_shares
from i2moe_core.types import Probe, Samples


def mismatch_probe(
    run: Run, values: Mapping[str, Any], replaced: str, count: int = 20, seed: int = 0
) -> Probe:
    """Swap modality ``replaced`` for that of ``count`` reference samples (fewer where there are fewer).

    Raises:
        InputError: the run has no experts, or the modality is unknown.
    """
    with turn(run.model):
        return _probe(run, encode(run, values), replaced, count, seed)


def _probe(run: Run, sample: Sample, replaced: str, count: int, seed: int) -> Probe:
    if replaced not in sample.model.modalities:
        known = ", ".join(sample.model.modalities)
        raise InputError(f"There is no modality '{replaced}' to swap; the run has {known}.")
    place = sample.model.modalities.index(replaced)
    generator = seeded_generator(sample.sample_id, replaced, seed)
    partners = draw_partners(sample, place, generator)[:count].tolist()
    passes = run_passes(sample, [{}, *({place: row} for row in partners)])
    task, prior = sample.model.task, sample.model.prior.double().cpu()
    said, experts = probabilities(task, passes.logits), probabilities(task, passes.expert_logits)
    first = int(said[0].argmax())
    return Probe(
        replaced=replaced,
        ids=tuple(run.reference.ids[row] for row in partners),
        labels=tuple(label_name(run.reference, row) for row in partners),
        predictions=tuple(prediction_name(task, run.info.classes, p) for p in said[1:].numpy()),
        weights=passes.weights[1:].numpy(),
        shares=_shares(
            passes, evidence(task, passes.expert_logits, prior), class_weights(task, passes.logits)
        ),
        expert_probability=experts[:, 1:, first].T.numpy(),
        mixture_probability=said[1:, first].numpy(),
    )


def label_name(samples: Samples, row: int) -> str:
    """Return a sample's own label in words."""
    target = torch.as_tensor(samples.targets[row])
    if samples.task == "multiclass":
        return samples.classes[int(target)]
    return prediction_name(samples.task, samples.classes, target.reshape(-1).numpy())


def _shares(passes: Passes, added: Tensor, importance: Tensor) -> Any:
    return contribution_shares(passes.weights.numpy(), added.numpy(), importance.numpy())[1:]
