"""Where a hub model's files are: a local directory, or the cache of a model that the user names.

The network is asked only for a name written as ``hub:owner/name`` that is not in the local cache yet; a
mistyped path is never taken for a name. Within ``local_files_only`` it is never asked: a run from elsewhere
must not make this machine fetch what its configuration names.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from i2moe_core.errors import InputError

PREFIX = "hub:"
_LOCAL_ONLY: ContextVar[bool] = ContextVar("local_only", default=False)
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


@contextmanager
def local_files_only() -> Iterator[None]:
    """Refuse, inside this context, to fetch a model that is not on this machine yet."""
    token = _LOCAL_ONLY.set(True)
    try:
        yield
    finally:
        _LOCAL_ONLY.reset(token)


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
            if _LOCAL_ONLY.get():
                raise InputError(
                    f"This run needs the model '{name}', which is not on this machine; fetch it first, for "
                    f"example with: hf download {name}"
                ) from None
            return Path(snapshot_download(name, allow_patterns=["*.json", "*.safetensors"]))
    except (OSError, ValueError) as error:
        reason = str(error).strip().splitlines()[0]
        raise InputError(
            f"The model '{name}' cannot be fetched ({reason}); check the name and the connection, "
            "or give a local directory."
        ) from error
