"""The pointwise audit: which interaction a model's own answer rests on, sample by sample, without any probes.

p(y | x_m) is taken as the model's mean prediction while all other modalities come from other samples; then
the evidence is decomposed as everywhere else.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from i2moe_core.explain.evaluate import other_rows, run_mixture
from i2moe_core.losses.task import evidence, probabilities
from i2moe_core.measures.pid.allotment import allot
from i2moe_core.model.build import Model
from i2moe_core.model.i2moe import I2MoE
from i2moe_core.types import Features, Task

SMOOTHING = 0.01
ROUNDING = 1e-6


def swapped_predictions(
    model: Model, features: Sequence[Features], swaps: int = 50, seed: int = 0
) -> tuple[Tensor, Tensor]:
    """Return the logits of what each modality alone makes the model say, (M, N, C), and of all, (N, C)."""
    generator = torch.Generator().manual_seed(seed)
    count, rows = len(features), torch.arange(len(features[0].tokens))
    single = [_kept(model, features, (m,), swaps, generator) for m in range(count)]
    return torch.stack(single), run_mixture(model, features, [rows] * count)[0]


def swapped_groups(model: I2MoE, features: Sequence[Features], swaps: int = 50, seed: int = 0) -> Tensor:
    """Return the logits of what each group of the model makes it say, all others swapped, (G, N, C)."""
    generator = torch.Generator().manual_seed(seed + 1)
    said = [_kept(model, features, group, swaps, generator) for group in model.groups]
    return torch.stack(said) if said else torch.zeros(0)


def _kept(
    model: Model, features: Sequence[Features], kept: Sequence[int], swaps: int, generator: torch.Generator
) -> Tensor:
    """Return the mean prediction, in logit form, (N, C), with all modalities but ``kept`` swapped."""
    total = len(features[0].tokens)
    own = torch.arange(total).repeat(swaps)
    sources = [own if n in kept else other_rows(own, total, generator) for n in range(len(features))]
    answers = run_mixture(model, features, sources)[0]
    return mean_prediction(model.task, answers.unflatten(0, (swaps, total)))


def mean_prediction(task: Task, logits: Tensor) -> Tensor:
    """Average predictions over the first axis, as probabilities, and return them in logit form."""
    mean = probabilities(task, logits).mean(0)
    if task == "multiclass":
        return mean.clamp(min=1e-12).log()
    return torch.logit(mean, eps=1e-9) if task == "multilabel" else mean


def interaction_components(
    model: I2MoE, single: Tensor, joint: Tensor, grouped: Tensor | None = None, smoothing: float = SMOOTHING
) -> Tensor:
    """Return the components (E, ..., C) of the evidence in logits, by the model's experts.

    single: (M, ..., C) of each modality alone; joint: (..., C) of all; grouped: (G, ..., C) of the model's
    groups, where it has any. They sum to the joint evidence where the experts hold all of it.

    Raises:
        ValueError: the model has groups, and no logits of them were given.
    """
    if model.groups and grouped is None:
        raise ValueError("experts of some modalities need the logits of their groups (G, ..., C)")
    prior, some = model.prior.double().cpu(), single[:0] if grouped is None else grouped
    alone, whole, some = (evidence(model.task, said, prior, smoothing) for said in (single, joint, some))
    return allot(alone, whole, some, model.roles, model.modalities).credited


def unheld_evidence(model: I2MoE, components: Tensor, joint: Tensor) -> Tensor:
    """Return the part of the joint evidence that no expert is about, (..., C): what components leave out.

    Zero with the published experts; with pairs alone, what shows only where three modalities meet.
    """
    whole = evidence(model.task, joint, model.prior.double().cpu(), SMOOTHING)
    rest = whole - components.sum(0)
    return torch.where(rest.abs() > ROUNDING * (1 + whole.abs()), rest, torch.zeros_like(rest))


def class_weights(task: Task, logits: Tensor) -> Tensor:
    """Return how much each class counts in an average over classes, (..., C): its probability, or alike."""
    if task == "multiclass":
        return logits.softmax(-1)
    return torch.full_like(logits, 1 / logits.shape[-1])


def component_sizes(task: Task, components: Tensor, joint: Tensor) -> Tensor:
    """Return the mean absolute size of each component, (..., E), by class weight."""
    return (components.abs() * class_weights(task, joint)).sum(-1).movedim(0, -1)
