"""The configuration of a training: defaults of data and recipe, or a file, and what the command line says."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from i2moe_core.checkpoint.files import read_json
from i2moe_core.cli.arguments import pairs, reader_options
from i2moe_core.config import DataConfig, RunConfig, from_dict, override, to_dict
from i2moe_core.data import load_samples
from i2moe_core.errors import InputError
from i2moe_core.registry import lookup
from i2moe_core.training.defaults import default_config
from i2moe_core.training.recipes import RECIPES
from i2moe_core.types import Samples

PRECISIONS = ("auto", "fp32", "bf16")
AT_LEAST = {
    "data.seed": 0,
    "data.image_size": 8,
    "data.max_tokens": 1,
    "data.vocabulary_size": 259,  # all bytes and the special pieces
    "data.max_shift": 0,
    "model.width": 1,
    "model.hidden": 1,
    "model.gate_hidden": 1,
    "model.gate_layers": 0,
    "training.epochs": 1,
    "training.expert_epochs": 1,
    "training.batch_size": 2,
    "training.expert_batch_size": 2,
    "training.patience": 0,
    "training.seed": 0,
    "training.clip": 0,
    "training.weight_decay": 0,
}
ABOVE_ZERO = ("training.learning_rate", "model.temperature")
SHARES = ("model.dropout", "training.missing_rate", "training.warmup", "data.word_dropout")


def assignments(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return what the command line sets, by dotted key; --set comes last and wins."""
    given = {
        "data.source": arguments.data,
        "data.seed": arguments.seed,
        "data.image_size": arguments.image_size,
        "model.fusion": arguments.fusion,
        "training.recipe": arguments.recipe,
        "training.epochs": arguments.epochs,
        "training.expert_epochs": arguments.expert_epochs,
        "training.batch_size": arguments.batch_size,
        "training.learning_rate": arguments.lr,
        "training.seed": arguments.seed,
        "training.device": arguments.device,
    }
    options = {f"data.options.{key}": value for key, value in reader_options(arguments).items()}
    return {k: v for k, v in given.items() if v is not None} | options | pairs(arguments.settings, "--set")


def new_config(
    given: Mapping[str, Any], file: Path | None, load: Callable[[DataConfig], Samples] = load_samples
) -> tuple[RunConfig, Samples]:
    """Return the configuration of a new training, and its samples.

    load: reads the samples.

    Raises:
        InputError: a setting is unknown or out of range, or the data cannot be read.
    """
    recipe = str(given.get("training.recipe", RunConfig().training.recipe))
    lookup(RECIPES, recipe, "recipe")
    if file is not None:
        config = override(read_config(file), given)
        check(config)
        return config, load(config.data)
    data: DataConfig = override(RunConfig(), {k: v for k, v in given.items() if k.startswith("data.")}).data
    check(RunConfig(data=data))
    samples = load(data)
    config = override(default_config(samples, data, recipe), given)
    check(config)
    return config, samples


def read_config(file: Path) -> RunConfig:
    """Read a configuration: a run's config.json, or its part "config" alone.

    Raises:
        InputError: the file is missing or is no configuration.
    """
    values = read_json(file)
    config: RunConfig = from_dict(RunConfig, values.get("config", values), str(file))
    return config


def same_config(stored: RunConfig, given: Mapping[str, Any]) -> RunConfig:
    """Return the stored configuration, on the device asked for.

    Raises:
        InputError: the command line asks for something else than the training began with.
    """
    asked = override(stored, given)
    asked_on = replace(asked, training=replace(asked.training, device=stored.training.device))
    for section in ("data", "model", "training"):
        old, new = to_dict(getattr(stored, section)), to_dict(getattr(asked_on, section))
        changed = next((key for key in old if old[key] != new[key]), None)
        if changed is not None:
            raise InputError(
                f"The training began with {section}.{changed} = {old[changed]!r}, not {new[changed]!r}; "
                "leave that out to go on with it, or give --overwrite to start anew."
            )
    return asked


def check(config: RunConfig) -> None:
    """Refuse settings that no training can use.

    Raises:
        InputError: a number is out of its range; the message names it.
    """
    for name, least in AT_LEAST.items():
        value = _value(config, name)
        if not (math.isfinite(value) and value >= least):
            raise InputError(f"{name} must be {least} or more, but is {value}.")
    for name in ABOVE_ZERO:
        value = _value(config, name)
        if not (math.isfinite(value) and value > 0):
            raise InputError(f"{name} must be more than 0, but is {value}.")
    for name in SHARES:
        value = _value(config, name)
        if not 0 <= value < 1:
            raise InputError(f"{name} must be at least 0 and less than 1, but is {value}.")
    if config.training.precision not in PRECISIONS:
        known = ", ".join(PRECISIONS)
        raise InputError(f"training.precision must be one of {known}, but is '{config.training.precision}'.")


def _value(config: RunConfig, name: str) -> float:
    section, _, key = name.partition(".")
    value: float = getattr(getattr(config, section), key)
    return value
