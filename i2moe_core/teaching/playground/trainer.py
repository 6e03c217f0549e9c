"""A small mixture trained step by step, to be looked at in between; the same settings give the same weights.

The recipe's phases run side by side: a step of the playground is one optimisation step of each phase on one
batch. For ``faithful`` this is its one-run form: the probes and encoders take a step, then the experts and
the gate, taught what the probes measure by now. Nothing draws from global state after the weights are made:
other visitors' trainings in between change nothing.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import cast

import torch

from i2moe_core.config import DataConfig
from i2moe_core.data.batching import prepare
from i2moe_core.encoders import Encoder
from i2moe_core.explain.turn import seeded_draws
from i2moe_core.model.build import build_model
from i2moe_core.registry import lookup
from i2moe_core.teaching.playground.look import Look, look_at
from i2moe_core.teaching.playground.own import OwnTable, own_samples
from i2moe_core.teaching.playground.plane import plane_of
from i2moe_core.teaching.playground.settings import MOST_STEPS, Settings
from i2moe_core.teaching.playground.small import (
    BATCH,
    CLIP,
    DECAY,
    RATE,
    WARM,
    model_config,
    training_config,
)
from i2moe_core.teaching.playground.truth import known_truth
from i2moe_core.training.info import describe_data
from i2moe_core.training.recipes import RECIPES
from i2moe_core.training.recipes.base import Phase
from i2moe_core.training.step import parameters, train_step
from i2moe_core.types import interaction_names

EVERY = 20  # steps between two measurements of accuracy and recovery


@dataclass(frozen=True)
class Setup:
    """What a training is made from: the knobs, and the visitor's own table where there is one."""

    settings: Settings
    own: OwnTable | None = None


class Trainer:
    """A training that stands still unless it is told to ``advance``."""

    def __init__(self, setup: Setup) -> None:
        """Draw the data and the first weights.

        Raises:
            InputError: the visitor's own table cannot be trained on.
        """
        self.setup, settings = setup, setup.settings
        samples = known_truth(settings) if setup.own is None else own_samples(setup.own, settings.seed)
        self.data = prepare(samples, DataConfig(), None)
        self.info, self.plane = describe_data(self.data, None), plane_of(self.data)
        recipe = lookup(RECIPES, settings.recipe, "recipe")
        with seeded_draws(settings.seed):
            self.model = build_model(model_config(settings, samples), self.info, not recipe.mixture)
        self.rows = torch.from_numpy(samples.rows("train"))
        for name in self.model.modalities:
            cast(Encoder, self.model.encoders[name]).fit_statistics(self.data.inputs[name][self.rows])
        self.phases = recipe(training_config(settings)).phases()
        self.optimizers = [self._optimizer(phase) for phase in self.phases]
        self.generator = torch.Generator().manual_seed(settings.seed)
        self.losses: list[dict[str, float]] = []
        self.measured: list[Look] = []
        self.broken = False
        self._lock = threading.Lock()
        self._last = look_at(self)

    @property
    def done(self) -> int:
        """How many steps were taken."""
        return len(self.losses)

    def advance(self, until: int, seconds: float = float("inf")) -> int:
        """Step until so many steps are done or the time is over; return the steps done.

        seconds: of this thread's own work, so that a slice is worth its redraw however many others train.
        """
        end = time.thread_time() + seconds
        with self._lock:
            while self.done < min(until, MOST_STEPS) and not self.broken:
                self._step()
                if time.thread_time() >= end:
                    break
        return self.done

    def look(self) -> Look:
        """Return what can be seen of the training now."""
        with self._lock:
            if self._last.step != self.done:
                self._last = look_at(self)
            return self._last

    def _optimizer(self, phase: Phase) -> torch.optim.Optimizer:
        # One rate for all, as everywhere; fused: one call for all tensors, which are many and small.
        return torch.optim.AdamW(parameters(self.model, phase), lr=RATE, weight_decay=DECAY, fused=True)

    def _step(self) -> None:
        if self.done == 0:
            self.measured.append(self._last)
        self.model.train()
        chosen = torch.randint(len(self.rows), (BATCH,), generator=self.generator)
        batch = self.data.batch(self.rows[chosen])
        losses: dict[str, float] = {}
        for phase, optimizer in zip(self.phases, self.optimizers, strict=True):
            for group in optimizer.param_groups:
                group["lr"] = RATE * min(1.0, (self.done + 1) / WARM)
            losses |= train_step(
                self.model, phase, (), batch, optimizer, CLIP, "fp32", self.generator
            )  # fmt: skip
        self.losses.append(_named(losses, self.model.modalities))
        self.broken = any(value != value or abs(value) == float("inf") for value in losses.values())
        if self.done % EVERY == 0:
            self._last = look_at(self)
            self.measured.append(self._last)


def _named(losses: dict[str, float], modalities: tuple[str, ...]) -> dict[str, float]:
    """Name the experts' losses by their experts: the published recipe counts its modalities."""
    count = len(modalities)
    numbered = {f"unique:{m}": name for m, name in enumerate(interaction_names(modalities)[:count])}
    return {numbered.get(name, name): value for name, value in losses.items()}
