"""Data sets by name or path: a generated set, a folder of pictures and texts, or a file of arrays."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path

from i2moe_core.config import DataConfig
from i2moe_core.data.arrays_read import READERS
from i2moe_core.data.digits import digits
from i2moe_core.data.feature_arrays import feature_arrays
from i2moe_core.data.image_text_folder import image_text_folder
from i2moe_core.data.scenes import scenes
from i2moe_core.data.tables import SUFFIXES
from i2moe_core.data.vectors import vectors
from i2moe_core.errors import InputError
from i2moe_core.types import Samples

DATASETS: dict[str, Callable[..., Samples]] = {
    "scenes": scenes,
    "digits": digits,
    "vectors": vectors,
    "image_text_folder": image_text_folder,
    "feature_arrays": feature_arrays,
}


def load_samples(config: DataConfig) -> Samples:
    """Load the data set that ``config.source`` names: ``name``, ``name:argument`` or a path.

    Raises:
        InputError: it is neither a name in DATASETS nor a readable folder or file, or an option is unknown.
    """
    name, _, argument = config.source.partition(":")
    if name in DATASETS:
        return _call(name, argument, config)
    if not config.source.strip():
        raise InputError(_unknown(config.source))
    path = Path(config.source)
    if path.is_file() and path.suffix.lower() in READERS:
        return _call("feature_arrays", config.source, config)
    if path.is_dir() or (path.is_file() and path.suffix.lower() in SUFFIXES):
        return _call("image_text_folder", config.source, config)
    raise InputError(_unknown(config.source))


def _call(name: str, argument: str, config: DataConfig) -> Samples:
    """Call a reader with its argument and the config's seed and options."""
    reader = DATASETS[name]
    parameters = inspect.signature(reader).parameters.values()
    known = [p.name for p in parameters if p.kind is p.KEYWORD_ONLY and p.name != "seed"]
    places = [p for p in parameters if p.kind is not p.KEYWORD_ONLY]
    unknown = sorted(set(config.options) - set(known))
    if unknown:
        raise InputError(f"'{name}' has no option '{unknown[0]}'. Known: {', '.join(known)}.")
    if argument and not places:
        raise InputError(f"'{name}' takes nothing after the colon, but '{argument}' came.")
    if not argument and any(p.default is p.empty for p in places):
        raise InputError(f"'{name}' needs a path: write {name}:PATH, or the path alone.")
    return reader(*([argument] if argument else []), seed=config.seed, **config.options)


def _unknown(source: str) -> str:
    if Path(source).is_file():
        known = ", ".join(sorted({*READERS, *SUFFIXES}))
        return f"The file '{source}' is of no known kind; give a folder or one of {known}."
    near = get_close_matches(source, DATASETS, n=1)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    return (
        f"There is no data set, folder or file '{source}'.{hint} "
        f"Give a folder, a file or one of {', '.join(sorted(DATASETS))}."
    )
