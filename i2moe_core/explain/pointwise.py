"""The pointwise audit: which interaction a model's own answer rests on, sample by sample, without any probes.

p(y | x_m) is taken as the model's mean prediction while all other modalities come from other samples; then
the evidence is decomposed as everywhere else.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from i2moe_core.explain.evaluate import other_rows, run_mixture
from i2moe_core.losses.task import evidence, probabilities
from i2moe_core.measures.pid.pointwise import decompose
from i2moe_core.model.build import Model
from i2moe_core.types import Features, Task

SMOOTHING = 0.01


def swapped_predictions(
    model: Model, features: Sequence[Features], swaps: int = 50, seed: int = 0
) -> tuple[Tensor, Tensor]:
    """Return the logits of what each modality alone makes the model say, (M, N, C), and of all, (N, C)."""
    generator = torch.Generator().manual_seed(seed)
    count, total = len(features), len(features[0].tokens)
    rows = torch.arange(total)
    single = []
    for m in range(count):
        kept = rows.repeat(swaps)
        sources = [kept if n == m else other_rows(kept, total, generator) for n in range(count)]
        answers = run_mixture(model, features, sources)[0]
        single.append(mean_prediction(model.task, answers.unflatten(0, (swaps, total))))
    return torch.stack(single), run_mixture(model, features, [rows] * count)[0]


def mean_prediction(task: Task, logits: Tensor) -> Tensor:
    """Average predictions over the first axis, as probabilities, and return them in logit form."""
    mean = probabilities(task, logits).mean(0)
    if task == "multiclass":
        return mean.clamp(min=1e-12).log()
    return torch.logit(mean, eps=1e-9) if task == "multilabel" else mean


def interaction_components(
    task: Task, single: Tensor, joint: Tensor, prior: Tensor, smoothing: float = SMOOTHING
) -> Tensor:
    """Return the components (M + 2, ..., C) of the evidence in logits of each modality alone and of all."""
    return decompose(evidence(task, single, prior, smoothing), evidence(task, joint, prior, smoothing))


def class_weights(task: Task, logits: Tensor) -> Tensor:
    """Return how much each class counts in an average over classes, (..., C): its probability, or alike."""
    if task == "multiclass":
        return logits.softmax(-1)
    return torch.full_like(logits, 1 / logits.shape[-1])


def component_sizes(task: Task, components: Tensor, joint: Tensor) -> Tensor:
    """Return the mean absolute size of each component, (..., M + 2), by class weight."""
    return (components.abs() * class_weights(task, joint)).sum(-1).movedim(0, -1)
