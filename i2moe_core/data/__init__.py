"""Data sets by name or path: a generated set, a folder of pictures and texts, or a file of arrays."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

from i2moe_core.config import DataConfig
from i2moe_core.data.scenes import scenes
from i2moe_core.data.vectors import vectors
from i2moe_core.errors import InputError
from i2moe_core.types import Samples

DATASETS: dict[str, Callable[..., Samples]] = {
    "scenes": scenes,
    "vectors": vectors,
}


def load_samples(config: DataConfig) -> Samples:
    """Load the data set that ``config.source`` names.

    Raises:
        InputError: it is neither a name in DATASETS nor a readable folder or file, or an option is unknown.
    """
    name, _, argument = config.source.partition(":")
    if name not in DATASETS:
        raise InputError(_unknown(config.source))
    return _call(name, [argument] if argument else [], config)


def _call(name: str, arguments: list[Any], config: DataConfig) -> Samples:
    """Call a reader with the config's seed and options."""
    reader = DATASETS[name]
    parameters = inspect.signature(reader).parameters
    known = [p.name for p in parameters.values() if p.kind is p.KEYWORD_ONLY and p.name != "seed"]
    unknown = sorted(set(config.options) - set(known))
    if unknown:
        raise InputError(f"'{name}' has no option '{unknown[0]}'. Known: {', '.join(known)}.")
    if len(arguments) > len(parameters) - len(known) - 1:
        raise InputError(f"'{name}' takes nothing after the colon, but '{arguments[0]}' came.")
    return reader(*arguments, seed=config.seed, **config.options)


def _unknown(source: str) -> str:
    near = get_close_matches(source, DATASETS, n=1)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    return (
        f"There is no data set, folder or file '{source}'.{hint} "
        f"Give a folder, a file or one of {', '.join(sorted(DATASETS))}."
    )
