"""What a sweep trains: every combination of the values of its parameters, with every seed."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import product
from typing import Any

from i2moe_core.config import DataConfig, ModelConfig, TrainingConfig
from i2moe_core.errors import InputError
from i2moe_core.registry import lookup
from i2moe_core.training.recipes import RECIPES

OPTIONS = "training.recipe_options"
SHORT = {"lr": "training.learning_rate", "data": "data.source"}  # as the flags of ``i2moe train``
SECTIONS = {"training": TrainingConfig, "model": ModelConfig, "data": DataConfig}
SEEDS = ("training.seed", "data.seed")


@dataclass(frozen=True)
class Parameter:
    """One setting that is varied: its short name, its dotted one and its values in order."""

    name: str
    setting: str
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Training:
    """One run of a sweep. given: all settings by dotted name, as ``i2moe train`` would get them."""

    name: str
    values: Mapping[str, Any]
    seed: int
    given: Mapping[str, Any]

    def __str__(self) -> str:
        return ", ".join([*(f"{key}={text_of(value)}" for key, value in self.values.items()),
                          f"seed {self.seed}"])  # fmt: skip


def read_parameters(texts: Sequence[str], recipe: str) -> list[Parameter]:
    """Return what --param names; ``recipe`` is the one that is trained where none is varied.

    Raises:
        InputError: there is no such setting, or a value cannot be used.
    """
    if not texts:
        raise InputError("There is nothing to vary; give --param NAME=VALUE,VALUE, such as margin=.1,.5,1.")
    named = dict(_split(text) for text in texts)
    if len(named) < len(texts):
        raise InputError("A parameter is given twice; name each one once, with all its values.")
    recipes = [str(value) for value in named.get("recipe", named.get("training.recipe", [recipe]))]
    for name in recipes:
        lookup(RECIPES, name, "recipe")
    settings = {name: _resolve(name, recipes) for name in named}
    if len(set(settings.values())) < len(settings):
        raise InputError("Two parameters are the same setting; name each one once, with all its values.")
    leaves = [setting.rpartition(".")[2] for setting in settings.values()]
    return [
        Parameter(leaf if leaves.count(leaf) == 1 else setting, setting, _typed(setting, values, recipes))
        for (setting, values), leaf in zip(
            ((settings[name], values) for name, values in named.items()), leaves, strict=True
        )
    ]


def trainings(
    parameters: Sequence[Parameter], seeds: Sequence[int], given: Mapping[str, Any]
) -> list[Training]:
    """Return all trainings, the first seed of every combination first: so a whole table is there early."""
    plan = []
    for seed, values in product(seeds, product(*(parameter.values for parameter in parameters))):
        chosen = dict(zip((parameter.name for parameter in parameters), values, strict=True))
        varied = dict(zip((parameter.setting for parameter in parameters), values, strict=True))
        name = ",".join([*(f"{key}={_word(value)}" for key, value in chosen.items()), f"seed={seed}"])
        plan.append(Training(name, chosen, seed, dict.fromkeys(SEEDS, seed) | dict(given) | varied))
    return plan


def text_of(value: object) -> str:
    """Return a value as it is written on the command line: 1 for 1.0."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return value if isinstance(value, str) else json.dumps(value)


def _split(text: str) -> tuple[str, list[Any]]:
    name, equals, values = text.partition("=")
    if not equals or not name or not values.strip():
        raise InputError(f"--param needs NAME=VALUE,VALUE, but got '{text}'.")
    try:
        return name, list(json.loads(f"[{values}]"))
    except ValueError:
        return name, [_value(part.strip()) for part in values.split(",")]


def _value(text: str) -> Any:
    for read in (json.loads, float):
        try:
            return read(text)
        except ValueError:
            continue
    return text


def _resolve(name: str, recipes: Sequence[str]) -> str:
    name = SHORT.get(name, name)
    if name in ("seed", *SEEDS):
        raise InputError("Seeds are no parameter; give them as --seeds 0,1,2.")
    option = name.removeprefix(f"{OPTIONS}.")
    without = [recipe for recipe in recipes if option not in RECIPES[recipe].options]
    if "." not in option and not without:
        return f"{OPTIONS}.{option}"
    sections = [key for key, kind in SECTIONS.items() if name in {field.name for field in fields(kind)}]
    if sections:
        return f"{sections[0]}.{name}"
    having = [recipe for recipe, kind in RECIPES.items() if option in kind.options]
    if having:
        raise InputError(
            f"Recipe '{without[0]}' has no option '{option}'; give --recipe {' or '.join(having)}, "
            "or vary something else."
        )
    if "." not in name:
        lookup(_known(recipes), name, "setting to vary")
    return name


def _known(recipes: Sequence[str]) -> dict[str, None]:
    names = {field.name for kind in SECTIONS.values() for field in fields(kind)} - {"seed"}
    return dict.fromkeys(
        [*names, *SHORT, *(option for recipe in recipes for option in RECIPES[recipe].options)]
    )


def _typed(setting: str, values: Sequence[Any], recipes: Sequence[str]) -> tuple[Any, ...]:
    number = _is_number(setting, recipes)
    for value in values:
        if number and (isinstance(value, bool) or not isinstance(value, (int, float))):
            raise InputError(f"{setting} must be a number, but got '{text_of(value)}'.")
        if isinstance(value, float) and not math.isfinite(value):
            raise InputError(f"{setting} must be a finite number, but got '{value}'.")
    typed = [float(value) if number else value for value in values]
    words = [text_of(value) for value in typed]
    twice = next((word for word in words if words.count(word) > 1), None)
    if twice is not None:
        raise InputError(f"{setting} is to be '{twice}' twice; name each value once.")
    return tuple(typed)


def _is_number(setting: str, recipes: Sequence[str]) -> bool:
    section, _, leaf = setting.rpartition(".")
    if section == OPTIONS:
        return isinstance(RECIPES[recipes[0]].options[leaf], float)
    kind = SECTIONS.get(section)
    return kind is not None and isinstance(getattr(kind(), leaf, None), float)


def _word(value: object) -> str:
    """Return a value as part of a folder's name; what had to be changed or cut gets a number of its own."""
    text = text_of(value)
    safe = re.sub(r"[^\w.+-]+", "-", text)[:40]
    return safe if safe == text else f"{safe}-{hashlib.sha256(text.encode()).hexdigest()[:6]}"
