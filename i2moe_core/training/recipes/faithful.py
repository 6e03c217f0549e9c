"""The default recipe: weights and experts that mean what they say.

First the encoders learn with probe heads that measure what each modality tells alone and all tell together.
Then, on frozen encoders, the experts and the gate are taught the pointwise decomposition of what the probes
measured: each expert its own part of the evidence, the gate the parts' sizes.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from i2moe_core.expert_set import AND, places_of
from i2moe_core.losses.reduce import mean_where
from i2moe_core.losses.task import divergence, evidence, prior_logits, probabilities, task_loss
from i2moe_core.measures.pid.allotment import Parts, allot
from i2moe_core.measures.pid.pointwise import consensus, gate_target
from i2moe_core.model.build import Model
from i2moe_core.model.i2moe import I2MoE
from i2moe_core.model.probes import Probes
from i2moe_core.model.replace import derangement
from i2moe_core.training.recipes.base import Losses, Phase, Recipe, as_mixture, probes_of, targets_of
from i2moe_core.types import SYNERGY, UNIQUE, Batch, Features, Task


class Faithful(Recipe):
    """Experts and gate taught the measured decomposition of the evidence: weights mean what they say.

    ``swaps``: weight of the swapped pairs, on which the synergy expert is to be silent and the redundancy
    expert is to say what both modalities still agree on. ``smoothing``: share of the prior mixed into the
    probes' predictions. ``floor``: nats added to every part before the gate's shares are taken.

    Experts of some modalities are taught the decomposition of ``measures.pid.allotment``, from further probes
    of what each group tells together. Two experts of one kind have one target, and half of its weight each.
    """

    options: ClassVar[Mapping[str, Any]] = {"smoothing": 0.01, "floor": 0.02, "swaps": 1.0}

    def phases(self) -> tuple[Phase, ...]:
        """Return the probe phase and the expert phase."""
        config = self.config
        return (
            ProbePhase(config.epochs, config.batch_size, self.scale),
            ExpertPhase(config.expert_epochs, config.expert_batch_size, self.scale, self.settings),
        )


class ProbePhase(Phase):
    """Encoders and probe heads: each modality alone, and all together."""

    name = "probes"

    def __init__(self, epochs: int, batch_size: int, scale: float) -> None:
        super().__init__(epochs, batch_size)
        self.scale = scale

    def modules(self, model: Model) -> Iterable[nn.Module]:
        """Return encoders, stand-ins for missing modalities and probes."""
        return [model.encoders, model.missing, probes_of(model)]

    def losses(
        self, model: Model, features: list[Features], batch: Batch, generator: torch.Generator | None
    ) -> Losses:
        """Return the task's loss of every probe head, on the samples that have its modality."""
        single, joint = probes_of(model)(features, batch.present)
        result = {"all": task_loss(model.task, joint, targets_of(batch), self.scale).mean()}
        for m, name in enumerate(model.modalities):
            loss = task_loss(model.task, single[m], targets_of(batch), self.scale)
            result[name] = mean_where(loss, batch.present[:, m])
        return result | self._grouped(model, features, batch, single)

    def _grouped(self, model: Model, features: list[Features], batch: Batch, single: Tensor) -> Losses:
        """Return the losses of the groups' heads, on the samples that have two modalities of it or more."""
        said = probes_of(model).grouped(features, batch.present, single)
        result = {}
        for group, logits in zip(as_mixture(model).groups, said, strict=True):
            loss = task_loss(model.task, logits, targets_of(batch), self.scale)
            several = batch.present[:, list(group)].sum(1) > 1
            result[AND.join(model.modalities[m] for m in group)] = mean_where(loss, several)
        return result

    def logits(self, model: Model, features: list[Features], batch: Batch) -> Tensor:
        """Return the joint probe's prediction."""
        return probes_of(model)(features, batch.present)[1]


class ExpertPhase(Phase):
    """Experts and gate on frozen encoders, taught the probes' pointwise decomposition."""

    name = "experts"
    trains_encoders = False

    def __init__(self, epochs: int, batch_size: int, scale: float, settings: Mapping[str, float]) -> None:
        super().__init__(epochs, batch_size)
        self.scale, self.settings = scale, settings

    def modules(self, model: Model) -> Iterable[nn.Module]:
        """Return experts and gate."""
        mixture = as_mixture(model)
        return [mixture.experts, mixture.gate]

    def losses(
        self, model: Model, features: list[Features], batch: Batch, generator: torch.Generator | None
    ) -> Losses:
        """Return the task's, the gate's and every expert's loss."""
        mixture, probes = as_mixture(model), probes_of(model)
        orders = [derangement(len(batch), generator).to(batch.present.device) for _ in features]
        with torch.no_grad():
            single, joint = probes(features, batch.present)
            parts = self._parts(mixture, probes, features, batch, single, joint)
            target = gate_target(parts.credited, self._weight(model, joint), self.settings["floor"])
        output = mixture.mix(features, [f[order] for f, order in zip(features, orders, strict=True)])
        task = torch.einsum("be,ebc->bc", output.weights.detach(), output.expert_logits[:, 0])
        result = {
            "task": task_loss(model.task, task, targets_of(batch), self.scale).mean(),
            "gate": (target * (target.log() - output.weights.clamp(min=1e-9).log())).sum(-1).mean(),
        }
        share = 1 / len(mixture.roles)
        for role, passes, part in zip(mixture.roles, output.expert_logits, parts.told, strict=True):
            own = places_of(role, mixture.modalities)
            if role.role == UNIQUE:
                loss = task_loss(model.task, passes[0], targets_of(batch), self.scale)
                value = mean_where(loss, batch.present[:, own[0]])
            elif role.role == SYNERGY:
                value = self._synergy(model, passes, part, own)
            else:
                value = self._redundancy(model, passes, part, single, orders, own)
            result[role.name] = share * value
        return result

    def _parts(
        self, mixture: I2MoE, probes: Probes, features: list[Features], batch: Batch, single: Tensor,
        joint: Tensor,
    ) -> Parts:  # fmt: skip
        """Return the probes' evidence by expert, (E, B, C) each."""
        told = (single, joint, probes.grouped(features, batch.present, single))
        alone, whole, some = (self._evidence(probes, logits) for logits in told)
        return allot(alone, whole, some, mixture.roles, mixture.modalities)

    def _synergy(self, model: Model, passes: Tensor, part: Tensor, own: tuple[int, ...]) -> Tensor:
        """Prior plus the synergistic part on true pairs, the prior on swapped ones."""
        base = prior_logits(model.task, model.prior).expand_as(part)
        silent = [divergence(model.task, base, passes[1 + m], self.scale).mean() for m in own]
        true = divergence(model.task, base + part, passes[0], self.scale).mean()
        return true + self.settings["swaps"] * torch.stack(silent).mean()

    def _redundancy(
        self, model: Model, passes: Tensor, part: Tensor, single: Tensor, orders: list[Tensor],
        own: tuple[int, ...],
    ) -> Tensor:  # fmt: skip
        """Prior plus the redundant part, on true pairs and on swapped ones (known from the single probes)."""
        base = prior_logits(model.task, model.prior)
        true = divergence(model.task, base + part, passes[0], self.scale).mean()
        swapped = []
        for m in own:
            mixed = torch.stack([single[n][orders[m]] if n == m else single[n] for n in own])
            shared = consensus(self._evidence(probes_of(model), mixed))
            target = base + _overlap(model.task, mixed) * shared
            swapped.append(divergence(model.task, target, passes[1 + m], self.scale).mean())
        return true + self.settings["swaps"] * torch.stack(swapped).mean()

    def _evidence(self, probes: Probes, logits: Tensor) -> Tensor:
        return evidence(probes.task, logits, probes.prior, self.settings["smoothing"])

    def _weight(self, model: Model, joint: Tensor) -> Tensor:
        """Weigh the classes by the joint probabilities; labels alike; a regression in its own deviations."""
        if model.task == "multiclass":
            return probabilities(model.task, joint)
        return torch.full_like(joint, 1 / (joint.shape[-1] * self.scale))


def _overlap(task: Task, single: Tensor) -> Tensor:
    """Return how far the modalities' predictions agree, (B, 1), in [0, 1]: sum_c min_m p_m(c).

    Of three classes or more, a picture of A and a text of B share the exclusion of C, which minimum consensus
    counts as redundant; an unrelated pair should not be answered at all. With two outcomes there is no such
    exclusion and nothing to scale.
    """
    if task != "multiclass":
        return torch.ones_like(single[0, :, :1])
    return single.softmax(-1).amin(0).sum(-1, keepdim=True)
