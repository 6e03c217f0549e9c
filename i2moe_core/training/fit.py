"""Train a model: phases, epochs, the best epoch kept, resumable to the same weights at any moment."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn

from i2moe_core.config import RunConfig
from i2moe_core.data.batching import TensorData
from i2moe_core.encoders import Encoder
from i2moe_core.errors import InputError
from i2moe_core.model.build import Model
from i2moe_core.registry import lookup
from i2moe_core.training.epoch import Epoch, Report, Watcher
from i2moe_core.training.history import History
from i2moe_core.training.info import target_scale
from i2moe_core.training.methods import prepared_methods
from i2moe_core.training.recipes import RECIPES
from i2moe_core.training.recipes.base import Phase
from i2moe_core.training.state import Progress, load_state, restore_optimizer, save_state, with_prefix
from i2moe_core.training.step import parameters


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
        self.model, self.folder, self.watch, self.settings = model, folder, watch, config.training
        self.named = prepared_methods(model, data, self.settings)
        self.methods, self.method_state = list(self.named.values()), nn.ModuleDict(self.named)
        self.work = Epoch(model, data, config, self.methods, watch)
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
        train = self.work.train(index, phase, optimizer, epoch)
        score, measures = self.work.validate(phase, epoch)
        gradients = self.work.gradients(phase) if self.settings.log_gradients else {}
        if score < self.progress.best_score:
            self.progress.best_score, self.progress.best_epoch = score, epoch
            self.best = {k: v.detach().clone() for k, v in self.model.state_dict().items()}
        self.progress.epoch += 1
        row: dict[str, object] = {"phase": phase.name, "phase_index": index, "epoch": epoch}
        row |= {"seconds": time.perf_counter() - started, "score": score}
        row |= {"best_epoch": self.progress.best_epoch}
        row |= {f"train.{name}": value for name, value in train.items()}
        row |= {f"validation.{name}": value for name, value in measures.items()} | gradients
        for name, method in self.named.items():
            row |= {f"method.{name}.{key}": value for key, value in method.figures().items()}
        self.history.append(row)
        if self.watch is not None:
            self.watch(Report(phase.name, epoch, phase.epochs, 0, 0, train, row))


def _fit_statistics(model: Model, data: TensorData) -> None:
    rows = torch.from_numpy(data.samples.rows("train"))
    for place, name in enumerate(model.modalities):
        encoder = cast(Encoder, model.encoders[name])
        encoder.fit_statistics(data.inputs[name][rows][data.present[rows, place]])


@contextmanager
def _deterministic() -> Iterator[None]:
    before = torch.are_deterministic_algorithms_enabled()
    settings: Any = torch.utils.deterministic
    filled = settings.fill_uninitialized_memory
    torch.use_deterministic_algorithms(True, warn_only=True)
    # Nothing here reads memory it did not write; filling it first costs 3 to 10% of a step.
    settings.fill_uninitialized_memory = False
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before)
        settings.fill_uninitialized_memory = filled
