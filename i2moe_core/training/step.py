"""One step: encode once, the recipe's losses, the methods' losses, backward, update."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext

import torch
from torch import Tensor, nn

from i2moe_core.model.build import Model
from i2moe_core.training.methods.base import Method
from i2moe_core.training.recipes.base import Losses, Phase
from i2moe_core.types import Batch, Features


def precision_context(device: torch.device, precision: str) -> AbstractContextManager[object]:
    """Return bf16 autocast where asked for (``auto``: on CUDA), nothing otherwise."""
    wanted = precision == "bf16" or (precision == "auto" and device.type == "cuda")
    return torch.autocast(device.type, torch.bfloat16) if wanted else nullcontext()


def encode(model: Model, phase: Phase, batch: Batch) -> list[Features]:
    """Encode a batch; without a graph where the encoders do not learn."""
    with torch.set_grad_enabled(torch.is_grad_enabled() and phase.trains_encoders):
        return model.encode(batch)


def train_step(
    model: Model,
    phase: Phase,
    methods: Sequence[Method],
    batch: Batch,
    optimizer: torch.optim.Optimizer,
    clip: float,
    precision: str,
    generator: torch.Generator | None = None,
) -> dict[str, float]:
    """Take one optimisation step and return the losses' values by name.

    generator: of the recipe's replacements; None draws from the global one.
    """
    losses, features = weighted_losses(model, phase, methods, batch, precision, generator)
    optimizer.zero_grad(set_to_none=True)
    torch.stack(list(losses.values())).sum().backward()
    for method in methods:
        method.after_backward(model, phase, features, batch)
    if clip:
        nn.utils.clip_grad_norm_(parameters(model, phase), clip)
    optimizer.step()
    return {name: float(loss.detach()) for name, loss in losses.items()}


def weighted_losses(
    model: Model,
    phase: Phase,
    methods: Sequence[Method],
    batch: Batch,
    precision: str,
    generator: torch.Generator | None = None,
) -> tuple[Losses, list[Features]]:
    """Return what a step minimises the sum of, the recipe's losses and the methods', and the features."""
    with precision_context(batch.present.device, precision):
        features = encode(model, phase, batch)
        losses: Losses = phase.losses(model, features, batch, generator)
        for method in methods:
            losses |= method.add_losses(model, phase, features, batch)
    for method in methods:
        losses = method.reweigh(losses)
    return losses, features


def hide_modalities(batch: Batch, rate: float, generator: torch.Generator) -> Batch:
    """Hide one modality of a share ``rate`` of the complete samples, as if it were missing."""
    if rate <= 0:
        return batch
    size, count = batch.present.shape
    chosen = torch.rand(size, generator=generator) < rate
    which = torch.randint(count, (size,), generator=generator)
    hidden = torch.zeros(size, count, dtype=torch.bool)
    hidden[torch.arange(size), which] = chosen
    hidden &= batch.present.cpu().all(1, keepdim=True)
    present = batch.present & ~hidden.to(batch.present.device)
    return Batch(batch.ids, batch.inputs, present, batch.targets)


def parameters(model: Model, phase: Phase) -> list[Tensor]:
    """Return the parameters that learn in this phase, in a fixed order."""
    return [p for module in phase.modules(model) for p in module.parameters()]


def evaluate(
    model: Model, phase: Phase, batches: Iterator[Batch], seed: int
) -> tuple[dict[str, float], Tensor]:
    """Return the phase's mean losses over a split, and its predictions (N, C); replacements by ``seed``."""
    generator = torch.Generator().manual_seed(seed)
    totals: dict[str, float] = {}
    logits, count = [], 0
    for batch in batches:
        features = encode(model, phase, batch)
        for name, loss in phase.losses(model, features, batch, generator).items():
            totals[name] = totals.get(name, 0.0) + float(loss) * len(batch)
        logits.append(phase.logits(model, features, batch).float().cpu())
        count += len(batch)
    return {name: total / count for name, total in totals.items()}, torch.cat(logits)
