"""The default recipe: weights and experts that mean what they say.

First the encoders learn with probe heads that measure what each modality tells alone and all tell together.
Then, on frozen encoders, the experts and the gate are taught the pointwise decomposition of what the probes
measured: each expert its own part of the evidence, the gate the parts' sizes.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from i2moe_core.losses.reduce import mean_where
from i2moe_core.losses.task import divergence, evidence, prior_logits, probabilities, task_loss
from i2moe_core.measures.pid.pointwise import decompose, gate_target
from i2moe_core.model.build import Model
from i2moe_core.model.probes import Probes
from i2moe_core.model.replace import derangement
from i2moe_core.training.recipes.base import Losses, Phase, Recipe, as_mixture, probes_of, targets_of
from i2moe_core.types import Batch, Features, Task


class Faithful(Recipe):
    """Experts and gate taught the measured decomposition of the evidence: weights mean what they say.

    ``swaps``: weight of the swapped pairs, on which the synergy expert is to be silent and the redundancy
    expert is to say what both modalities still agree on. ``smoothing``: share of the prior mixed into the
    probes' predictions. ``floor``: nats added to every part before the gate's shares are taken.
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
        count = len(features)
        orders = [derangement(len(batch), generator).to(batch.present.device) for _ in features]
        with torch.no_grad():
            probes = probes_of(model)
            single, joint = probes(features, batch.present)
            parts = probes.components(single, joint, self.settings["smoothing"])  # (M + 2, B, C)
            target = gate_target(parts, self._weight(model, joint), self.settings["floor"])
        mixture = as_mixture(model)
        output = mixture.mix(features, [f[order] for f, order in zip(features, orders, strict=True)])
        task = torch.einsum("be,ebc->bc", output.weights.detach(), output.expert_logits[:, 0])
        result = {
            "task": task_loss(model.task, task, targets_of(batch), self.scale).mean(),
            "gate": (target * (target.log() - output.weights.clamp(min=1e-9).log())).sum(-1).mean(),
        }
        share = 1 / (count + 2)
        for m, name in enumerate(model.modalities):
            loss = task_loss(model.task, output.expert_logits[m, 0], targets_of(batch), self.scale)
            result[f"unique:{name}"] = share * mean_where(loss, batch.present[:, m])
        result["synergy"] = share * self._synergy(model, output.expert_logits[count], parts[count])
        red = output.expert_logits[count + 1]
        result["redundancy"] = share * self._redundancy(model, red, parts[count + 1], single, orders)
        return result

    def _synergy(self, model: Model, passes: Tensor, part: Tensor) -> Tensor:
        """Prior plus the synergistic part on true pairs, the prior on swapped ones."""
        base = prior_logits(model.task, model.prior).expand_as(part)
        silent = [divergence(model.task, base, swapped, self.scale).mean() for swapped in passes[1:]]
        true = divergence(model.task, base + part, passes[0], self.scale).mean()
        return true + self.settings["swaps"] * torch.stack(silent).mean()

    def _redundancy(
        self, model: Model, passes: Tensor, part: Tensor, single: Tensor, orders: list[Tensor]
    ) -> Tensor:
        """Prior plus the redundant part, on true pairs and on swapped ones (known from the single probes)."""
        base = prior_logits(model.task, model.prior)
        true = divergence(model.task, base + part, passes[0], self.scale).mean()
        swapped = []
        for m, order in enumerate(orders):
            mixed = torch.stack([logits[order] if n == m else logits for n, logits in enumerate(single)])
            shared = decompose(self._evidence(probes_of(model), mixed), torch.zeros_like(part))[-1]
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
