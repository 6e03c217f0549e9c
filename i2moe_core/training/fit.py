"""Train a model: phases, epochs, the best epoch kept, resumable to the same weights at any moment.

Every epoch draws its order, its augmentation and its dropout from a seed made of the run's seed, the phase
and the epoch. So an epoch repeats exactly from the weights and moments before it, and no generator state is
saved.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn

from i2moe_core.config import RunConfig
from i2moe_core.data.batching import TensorData
from i2moe_core.data.transforms import augment
from i2moe_core.encoders import Encoder
from i2moe_core.errors import InputError
from i2moe_core.measures.classification import HEADLINE, headline
from i2moe_core.model.build import Model
from i2moe_core.registry import lookup
from i2moe_core.training.gradients import fixed_rows, gradient_report
from i2moe_core.training.history import History
from i2moe_core.training.info import target_scale
from i2moe_core.training.methods import prepared_methods
from i2moe_core.training.recipes import RECIPES
from i2moe_core.training.recipes.base import Phase
from i2moe_core.training.schedule import one_cycle
from i2moe_core.training.state import Progress, load_state, restore_optimizer, save_state, with_prefix
from i2moe_core.training.step import evaluate, hide_modalities, parameters, train_step
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


def fit(
    model: Model,
    data: TensorData,
    config: RunConfig,
    folder: Path | None = None,
    resume: bool = False,
    watch: Watcher | None = None,
) -> History:
    """Train ``model`` in place and return its history.

    folder: where history.parquet and the resumable state are written after every epoch; None: nowhere.

    Raises:
        InputError: a split is empty, a loss is not finite, or the state to resume from is damaged.
    """
    for split in ("train", "validation"):
        if len(data.samples.rows(split)) < 2:
            raise InputError(f"'{data.samples.name}' needs 2 {split} samples or more; give a larger set.")
    _fit_statistics(model, data)
    trainer = _Trainer(model, data, config, folder, watch)
    saved = load_state(folder) if resume and folder is not None else None
    if saved is not None:
        trainer.restore(*saved)
    with _deterministic():
        trainer.run()
    return trainer.history


class _Trainer:
    """The loop and the little state it carries: progress, best weights, history."""

    def __init__(
        self, model: Model, data: TensorData, config: RunConfig, folder: Path | None, watch: Watcher | None
    ) -> None:
        self.model, self.data, self.config, self.folder, self.watch = model, data, config, folder, watch
        self.settings = config.training
        self.device = next(model.parameters()).device
        self.named = prepared_methods(model, data, self.settings)
        self.methods, self.method_state = list(self.named.values()), nn.ModuleDict(self.named)
        recipe = lookup(RECIPES, self.settings.recipe, "recipe")(self.settings, target_scale(data))
        before = [phase for method in self.methods for phase in method.phases(self.settings)]
        self.phases = [*before, *recipe.phases()]
        self.progress, self.best, self.history = Progress(), dict[str, Tensor](), History.empty()
        self.saved_moments: dict[str, Tensor] | None = None

    def restore(self, progress: Progress, tensors: dict[str, Tensor]) -> None:
        """Go back to where a training was interrupted."""
        self.progress = progress
        self.model.load_state_dict(with_prefix(tensors, "model."))
        self.best = with_prefix(tensors, "best.")
        self.method_state.load_state_dict(with_prefix(tensors, "method."))
        self.saved_moments = tensors
        self.history = History.read(self.folder, progress.phase, progress.epoch)

    def run(self) -> None:
        """Run the phases that are left; each starts from the best weights of the one before."""
        for index in range(self.progress.phase, len(self.phases)):
            self._run_phase(index, self.phases[index])
            if self.best:
                self.model.load_state_dict(self.best)
            self.progress, self.best = Progress(phase=index + 1), {}
        self.model.eval()

    def _run_phase(self, index: int, phase: Phase) -> None:
        weights = [
            *parameters(self.model, phase),
            *(p for method in self.methods for p in method.learning(phase)),
        ]
        settings = self.settings
        optimizer = torch.optim.AdamW(
            weights, settings.learning_rate, weight_decay=settings.weight_decay, fused=True
        )
        if self.saved_moments is not None:
            restore_optimizer(optimizer, self.saved_moments)
            self.saved_moments = None
        for p in self.model.parameters():
            p.requires_grad_(False)
        for weight in weights:
            weight.requires_grad_(True)
        while self.progress.epoch < phase.epochs and not self._out_of_patience():
            self._run_epoch(index, phase, optimizer)
            if self.folder is not None:
                # The curves first: resuming drops rows beyond the saved state but cannot invent missing ones.
                self.history.write(self.folder)
                save_state(self.folder, self.progress, self.model, self.best, optimizer, self.method_state)
        for p in self.model.parameters():
            p.requires_grad_(True)

    def _out_of_patience(self) -> bool:
        waited = self.progress.epoch - 1 - self.progress.best_epoch
        return 0 < self.settings.patience <= waited

    def _run_epoch(self, index: int, phase: Phase, optimizer: torch.optim.Optimizer) -> None:
        started, epoch = time.perf_counter(), self.progress.epoch
        train = self._train_epoch(index, phase, optimizer, epoch)
        score, measures = self._validate(phase)
        gradients = self._gradients(phase) if self.settings.log_gradients else {}
        if score < self.progress.best_score:
            self.progress.best_score, self.progress.best_epoch = score, epoch
            self.best = {k: v.detach().clone() for k, v in self.model.state_dict().items()}
        self.progress.epoch += 1
        row: dict[str, object] = {"phase": phase.name, "phase_index": index, "epoch": epoch}
        row |= {
            "seconds": time.perf_counter() - started,
            "score": score,
            "best_epoch": self.progress.best_epoch,
        }
        row |= {f"train.{k}": v for k, v in train.items()} | {
            f"validation.{k}": v for k, v in measures.items()
        }
        row |= gradients
        for name, method in self.named.items():
            row |= {f"method.{name}.{key}": value for key, value in method.figures().items()}
        self.history.append(row)
        if self.watch is not None:
            self.watch(Report(phase.name, epoch, phase.epochs, 0, 0, train, row))

    def _train_epoch(
        self, index: int, phase: Phase, optimizer: torch.optim.Optimizer, epoch: int
    ) -> dict[str, float]:
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
    def _validate(self, phase: Phase) -> tuple[float, dict[str, float]]:
        self.model.eval()
        rows = self.data.samples.rows("validation")
        batches = (batch.to(self.device) for batch in self.data.batches(rows, 256))
        losses, logits = evaluate(self.model, phase, batches, self.settings.seed)
        _refuse_not_finite(losses, phase, self.progress.epoch)
        task = self.data.samples.task
        measure = headline(task, logits, self.data.targets[torch.from_numpy(rows)])
        return sum(losses.values()), losses | {HEADLINE[task]: measure}

    def _gradients(self, phase: Phase) -> dict[str, float]:
        """Return the history's columns of the losses' gradients, on one and the same training batch."""
        rows = fixed_rows(self.data.samples.rows("train"), phase.batch_size)
        batch, settings = self.data.batch(rows).to(self.device), self.settings
        report = gradient_report(self.model, phase, batch, settings.seed, self.methods, settings.precision)
        return report.columns()


def _fit_statistics(model: Model, data: TensorData) -> None:
    rows = torch.from_numpy(data.samples.rows("train"))
    for place, name in enumerate(model.modalities):
        encoder = cast(Encoder, model.encoders[name])
        encoder.fit_statistics(data.inputs[name][rows][data.present[rows, place]])


def _refuse_not_finite(losses: dict[str, float], phase: Phase, epoch: int) -> None:
    bad = [name for name, value in losses.items() if value != value or abs(value) == float("inf")]
    if bad:
        raise InputError(
            f"The loss '{bad[0]}' is not finite in epoch {epoch + 1} of phase '{phase.name}'; "
            "lower the learning rate or look for extreme values in the data."
        )


@contextmanager
def _deterministic() -> Iterator[None]:
    before = torch.are_deterministic_algorithms_enabled()
    settings: Any = torch.utils.deterministic
    filled = settings.fill_uninitialized_memory
    torch.use_deterministic_algorithms(True, warn_only=True)
    # Nothing here reads memory it did not write; filling it first costs 3 to 10 % of a step.
    settings.fill_uninitialized_memory = False
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before)
        settings.fill_uninitialized_memory = filled
