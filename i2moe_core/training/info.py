"""What a model must know of its data, read off the training split."""

import torch

from i2moe_core.config import DataInfo
from i2moe_core.data.batching import TensorData
from i2moe_core.data.vocabulary import Vocabulary


def describe_data(data: TensorData, vocabulary: Vocabulary | None) -> DataInfo:
    """Return names, shapes, classes and the training split's prior."""
    samples = data.samples
    targets = data.targets[torch.from_numpy(samples.rows("train"))]
    classes = len(samples.classes)
    if samples.task == "multiclass":
        counts = torch.bincount(targets, minlength=classes).double() + 1  # one each: no class is impossible
        prior = counts / counts.sum()
    elif samples.task == "multilabel":
        prior = (targets.double().sum(0) + 1) / (len(targets) + 2)
    else:
        prior = targets.double().mean().reshape(1)
    return DataInfo(
        name=samples.name,
        task=samples.task,
        modalities={m.name: m.kind for m in samples.modalities},
        classes=list(samples.classes),
        shapes={name: list(x.shape[1:]) for name, x in data.inputs.items()},
        vocabulary_size=0 if vocabulary is None else len(vocabulary),
        prior=prior.tolist(),
        scale=target_scale(data),
    )


def target_scale(data: TensorData) -> float:
    """Return the training targets' standard deviation for a regression, 1 for the other tasks."""
    if data.samples.task != "regression":
        return 1.0
    targets = data.targets[torch.from_numpy(data.samples.rows("train"))]
    return max(targets.double().std(correction=0).item(), 1e-6)
