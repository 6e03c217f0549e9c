"""One epoch: the batches as the phase and the methods want them, the steps, the validation, the gradients.

Every epoch draws its order, its augmentation and its dropout from a seed made of the run's seed, the phase
and the epoch. So an epoch repeats exactly from the weights and moments before it, and no generator state is
saved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from i2moe_core.config import RunConfig
from i2moe_core.data.batching import TensorData
from i2moe_core.data.transforms import augment
from i2moe_core.errors import InputError
from i2moe_core.measures.classification import HEADLINE, headline
from i2moe_core.model.build import Model
from i2moe_core.training.gradients import fixed_rows, gradient_report
from i2moe_core.training.methods.base import Method
from i2moe_core.training.recipes.base import Phase
from i2moe_core.training.schedule import one_cycle
from i2moe_core.training.step import evaluate, hide_modalities, train_step
from i2moe_core.types import Batch


@dataclass(frozen=True)
class Report:
    """What a watcher is told: after each step (``row`` None) and after each epoch."""

    phase: str
    epoch: int
    epochs: int
    step: int
    steps: int
    losses: dict[str, float]
    row: dict[str, object] | None = None


Watcher = Callable[[Report], None]


class Epoch:
    """What an epoch works on, the same in all of a training's epochs."""

    def __init__(
        self,
        model: Model,
        data: TensorData,
        config: RunConfig,
        methods: Sequence[Method],
        watch: Watcher | None,
    ) -> None:
        self.model, self.data, self.config, self.methods, self.watch = model, data, config, methods, watch
        self.settings = config.training
        self.device = next(model.parameters()).device

    def train(
        self, index: int, phase: Phase, optimizer: torch.optim.Optimizer, epoch: int
    ) -> dict[str, float]:
        """Take one step a batch and return the mean of each loss."""
        generator = self._seed_epoch(index, epoch)
        rows = self.data.samples.rows("train")
        steps = max(1, -(-len(rows) // phase.batch_size))
        self._set_mode(phase)
        totals: dict[str, float] = {}
        for step, batch in enumerate(self._training_batches(rows, phase, generator)):
            factor = one_cycle(epoch * steps + step, phase.epochs * steps, self.settings.warmup)
            for group in optimizer.param_groups:
                group["lr"] = self.settings.learning_rate * factor
            losses = train_step(
                self.model, phase, self.methods, batch, optimizer, self.settings.clip, self.settings.precision
            )
            _refuse_not_finite(losses, phase, epoch)
            for name, value in losses.items():
                totals[name] = totals.get(name, 0.0) + value / steps
            if self.watch is not None:
                self.watch(Report(phase.name, epoch, phase.epochs, step + 1, steps, losses))
        return totals

    def _training_batches(
        self, rows: np.ndarray, phase: Phase, generator: torch.Generator
    ) -> Iterator[Batch]:
        samples, config = self.data.samples, self.config.data
        for batch in self.data.batches(rows, phase.batch_size, generator):
            if len(batch) < 2:  # batch statistics need two
                continue
            if config.augment:
                batch = augment(batch, samples.modalities, config, generator)
            batch = hide_modalities(batch, self.settings.missing_rate, generator).to(self.device)
            for method in self.methods:
                batch = method.change_batch(batch, phase)
            yield batch

    def _set_mode(self, phase: Phase) -> None:
        self.model.eval()
        for module in phase.modules(self.model):
            module.train()

    def _seed_epoch(self, index: int, epoch: int) -> torch.Generator:
        seed = (self.settings.seed * 1_000_003 + index * 10_007 + epoch) % 2**63
        torch.manual_seed(seed)
        return torch.Generator().manual_seed(seed)

    @torch.no_grad()
    def validate(self, phase: Phase, epoch: int) -> tuple[float, dict[str, float]]:
        """Return the sum of the losses on the validation split, and them together with the main measure."""
        self.model.eval()
        rows = self.data.samples.rows("validation")
        batches = (batch.to(self.device) for batch in self.data.batches(rows, 256))
        losses, logits = evaluate(self.model, phase, batches, self.settings.seed)
        _refuse_not_finite(losses, phase, epoch)
        task = self.data.samples.task
        measure = headline(task, logits, self.data.targets[torch.from_numpy(rows)])
        return sum(losses.values()), losses | {HEADLINE[task]: measure}

    def gradients(self, phase: Phase) -> dict[str, float]:
        """Return the history's columns of the losses' gradients, on one and the same training batch."""
        rows = fixed_rows(self.data.samples.rows("train"), phase.batch_size)
        batch, settings = self.data.batch(rows).to(self.device), self.settings
        report = gradient_report(self.model, phase, batch, settings.seed, self.methods, settings.precision)
        return report.columns()


def _refuse_not_finite(losses: dict[str, float], phase: Phase, epoch: int) -> None:
    bad = [name for name, value in losses.items() if value != value or abs(value) == float("inf")]
    if bad:
        raise InputError(
            f"The loss '{bad[0]}' is not finite in epoch {epoch + 1} of phase '{phase.name}'; "
            "lower the learning rate or look for extreme values in the data."
        )
