"""Where a hub model's files are: a local directory, or the cache of a model that the user names.

The network is asked only for a name written as ``hub:owner/name`` that is not in the local cache yet; a
mistyped path is never taken for a name.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from i2moe_core.errors import InputError

PREFIX = "hub:"
INSTALL = "install it with: pip install 'i2moe-explorer[hub]'"


def hub_directory(path: str) -> Path:
    """Return the local directory that holds the model.

    Raises:
        InputError: there is no such directory, or the named model cannot be fetched.
    """
    if path.startswith(PREFIX):
        return _named(path.removeprefix(PREFIX))
    directory = Path(path).expanduser()
    if not directory.is_dir():
        raise InputError(
            f"There is no model directory '{path}'; give a folder with config.json and model.safetensors, "
            f"or write {PREFIX}owner/name to fetch a model by its name."
        )
    return directory


def read_hub_json(directory: Path, name: str) -> dict[str, Any] | None:
    """Return a JSON file of the directory, or None where it is not there.

    Raises:
        InputError: it is no JSON object.
    """
    path = directory / name
    if not path.is_file():
        return None
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read ({error}); copy the model's files again.") from error
    if not isinstance(value, dict):
        raise InputError(f"{path} holds no JSON object; copy the model's files again.")
    return value


def _named(name: str) -> Path:
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import LocalEntryNotFoundError
    except ImportError as error:
        raise InputError(f"'{PREFIX}{name}' needs the package transformers; {INSTALL}") from error
    try:
        try:
            return Path(snapshot_download(name, local_files_only=True))
        except LocalEntryNotFoundError:
            return Path(snapshot_download(name, allow_patterns=["*.json", "*.safetensors"]))
    except (OSError, ValueError) as error:
        reason = str(error).strip().splitlines()[0]
        raise InputError(
            f"The model '{name}' cannot be fetched ({reason}); check the name and the connection, "
            "or give a local directory."
        ) from error
