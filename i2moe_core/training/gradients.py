"""Do the losses pull the same way, and who gets the gradient? Measured beside a training, never changing it.

Each loss is differentiated by itself, in evaluation mode (without dropout), so that a saved model gives the
numbers that its training logged for the same weights.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import torch
from torch import Tensor, nn

from i2moe_core.model.build import Model
from i2moe_core.model.i2moe import I2MoE
from i2moe_core.training.methods.base import Method
from i2moe_core.training.recipes.base import Phase
from i2moe_core.training.step import parameters, weighted_losses
from i2moe_core.types import Batch

CONFLICT, GRADIENT = "conflict.", "gradient."  # how the history's columns begin


@dataclass(frozen=True)
class GradientReport:
    """The gradients of a phase's L weighted losses on one batch.

    losses: their names. cosines: (L, L) between the gradients with respect to everything that learns in the
    phase (0 where a loss does not reach); NaN where a loss has no gradient at all.
    shares: part -> its share of the summed loss's gradient: norm on the part's own parameters, over the sum
    of these norms. Parts: every expert by name, "gate", "encoders" (with the stand-ins for missing
    modalities), "probes", "replacement", or of a single fusion "fusion"; only those that learn.
    norms: part -> (L,), the norm of each loss's gradient on it.
    """

    losses: tuple[str, ...]
    cosines: np.ndarray
    shares: dict[str, float]
    norms: dict[str, np.ndarray]

    def columns(self) -> dict[str, float]:
        """Return what the history keeps: ``conflict.<a>~<b>`` of each two losses, ``gradient.<part>``."""
        pairs = combinations(range(len(self.losses)), 2)
        cosines = {
            f"{CONFLICT}{self.losses[a]}~{self.losses[b]}": float(self.cosines[a, b]) for a, b in pairs
        }
        shares = {f"{GRADIENT}{part}": share for part, share in self.shares.items()}
        return {name: value for name, value in (cosines | shares).items() if not np.isnan(value)}


def gradient_report(
    model: Model,
    phase: Phase,
    batch: Batch,
    seed: int,
    methods: Sequence[Method] = (),
    precision: str = "fp32",
) -> GradientReport:
    """Return cosines and shares of the losses' gradients on a batch; nothing of the training is changed.

    seed: of the replacements that the losses draw. The gradients of all losses are held at once.
    """
    weights = parameters(model, phase)
    with _undisturbed(model, weights, batch.present.device):
        torch.manual_seed(seed)
        losses, _ = weighted_losses(model, phase, methods, batch, precision)
        gradients = [_gradient(loss, weights) for loss in losses.values()]
        parts = {name: _products(gradients, places) for name, places in _parts(model, weights).items()}
    return _report(tuple(losses), parts)


def fixed_rows(rows: np.ndarray, size: int) -> np.ndarray:
    """Return at most ``size`` of the rows, evenly spread: the same ones in every epoch."""
    if len(rows) <= size:
        return rows
    chosen: np.ndarray = rows[np.linspace(0, len(rows) - 1, size).astype(int)]
    return chosen


def _gradient(loss: Tensor, weights: Sequence[Tensor]) -> Sequence[Tensor | None]:
    if not loss.requires_grad:
        return [None] * len(weights)
    return torch.autograd.grad(loss, weights, retain_graph=True, allow_unused=True)


def _products(gradients: Sequence[Sequence[Tensor | None]], places: Sequence[int]) -> np.ndarray:
    """Return the inner products of the losses' gradients on some of the parameters, (L, L)."""
    total = np.zeros((len(gradients), len(gradients)))
    for place in places:
        given = [n for n, gradient in enumerate(gradients) if gradient[place] is not None]
        if given:
            flat = torch.stack([gradients[n][place].double().ravel() for n in given])  # type: ignore[union-attr]
            total[np.ix_(given, given)] += (flat @ flat.T).cpu().numpy()
    return total


def _report(losses: tuple[str, ...], parts: dict[str, np.ndarray]) -> GradientReport:
    products = sum(parts.values(), np.zeros((len(losses), len(losses))))
    sizes = np.sqrt(products.diagonal())
    scale = np.outer(sizes, sizes)
    cosines = np.divide(products, scale, out=np.full(scale.shape, np.nan), where=scale > 0)
    # The squared norm of a sum is the sum of all inner products; rounding may leave it below 0.
    summed = {name: max(part.sum(), 0.0) ** 0.5 for name, part in parts.items()}
    total = sum(summed.values())
    return GradientReport(
        losses=losses,
        cosines=cosines.clip(-1, 1),
        shares={name: norm / total if total > 0 else float("nan") for name, norm in summed.items()},
        norms={name: np.sqrt(part.diagonal()) for name, part in parts.items()},
    )


def _parts(model: Model, weights: Sequence[Tensor]) -> dict[str, list[int]]:
    """Return the places in ``weights`` of each part's own parameters, the parts that learn."""
    places = {id(weight): place for place, weight in enumerate(weights)}
    named = {
        name: [places[id(p)] for module in modules for p in module.parameters() if id(p) in places]
        for name, modules in _modules(model).items()
    }
    return {name: own for name, own in named.items() if own}


def _modules(model: Model) -> dict[str, list[nn.Module]]:
    shared: dict[str, list[nn.Module]] = {"encoders": [model.encoders, model.missing]}
    if not isinstance(model, I2MoE):
        fusion: dict[str, list[nn.Module]] = {"fusion": [model.expert]}
        return fusion | shared
    experts: dict[str, list[nn.Module]] = {
        name: [expert] for name, expert in zip(model.expert_names, model.experts, strict=True)
    }
    probes: list[nn.Module] = [] if model.probes is None else [model.probes]
    own: dict[str, list[nn.Module]] = {"probes": probes, "replacement": [model.replacement]}
    return experts | {"gate": [model.gate]} | shared | own


@contextmanager
def _undisturbed(model: Model, weights: Sequence[Tensor], device: torch.device) -> Iterator[None]:
    """Evaluation mode and gradients for ``weights``; modes, flags and generators come back as they were."""
    modes = [(module, module.training) for module in model.modules()]
    flags = [(p, p.requires_grad) for p in model.parameters()]
    model.eval().requires_grad_(False)
    for weight in weights:
        weight.requires_grad_(True)
    try:
        with torch.random.fork_rng([device] if device.type == "cuda" else []), torch.enable_grad():
            yield
    finally:
        for module, mode in modes:
            module.training = mode
        for parameter, flag in flags:
            parameter.requires_grad_(flag)
