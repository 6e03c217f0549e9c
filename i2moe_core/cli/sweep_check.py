"""Every combination of a sweep is built before the first is trained: a slip shows at once, not late."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from i2moe_core.cli.sweep_plan import Training
from i2moe_core.cli.training_config import new_config
from i2moe_core.config import DataConfig, DataInfo, RunConfig, to_dict
from i2moe_core.data import load_samples
from i2moe_core.data.batching import build_vocabulary, prepare
from i2moe_core.errors import InputError
from i2moe_core.model.build import build_model
from i2moe_core.registry import lookup
from i2moe_core.training.info import describe_data
from i2moe_core.training.methods import build_methods
from i2moe_core.training.recipes import RECIPES
from i2moe_core.types import Samples


def check_trainings(plan: Sequence[Training], file: Path | None) -> None:
    """Build the model of every combination, with its first seed; nothing is written.

    Raises:
        InputError: a combination cannot be trained; the message names it.
    """
    seen: set[str] = set()
    known = _Known()
    for training in plan:
        values = json.dumps(training.values)
        if values in seen:
            continue
        seen.add(values)
        try:
            config, samples = new_config(training.given, file, known.samples)
            _build(config, known.info(config.data, samples))
        except InputError as error:
            raise InputError(f"{training}: {error}") from error


class _Known:
    """The data read last, and what is known of all: most sweeps read one set again and again."""

    def __init__(self) -> None:
        self._last: tuple[DataConfig, Samples] | None = None
        self._infos: dict[str, DataInfo] = {}

    def samples(self, data: DataConfig) -> Samples:
        """Return the samples of a data set."""
        if self._last is None or self._last[0] != data:
            self._last = data, load_samples(data)
        return self._last[1]

    def info(self, data: DataConfig, samples: Samples) -> DataInfo:
        """Return what a model must know of the samples."""
        key = json.dumps(to_dict(data), sort_keys=True)
        if key not in self._infos:
            vocabulary = build_vocabulary(samples, data)
            self._infos[key] = describe_data(prepare(samples, data, vocabulary), vocabulary)
        return self._infos[key]


def _build(config: RunConfig, info: DataInfo) -> None:
    recipe = lookup(RECIPES, config.training.recipe, "recipe")
    recipe(config.training).phases()
    build_methods(config.training.methods)
    build_model(config.model, info, vanilla=not recipe.mixture)
