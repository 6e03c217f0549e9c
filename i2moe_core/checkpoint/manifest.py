"""The manifest: which files make a run, with size and sha256 of each; written last, it ends a save."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from i2moe_core import __version__
from i2moe_core.checkpoint.files import json_bytes, read_json, write_atomic
from i2moe_core.checkpoint.names import CONFIG, EVERY, MANIFEST, REQUIRED, STATE, WEIGHTS
from i2moe_core.config import SCHEMA_VERSION, from_dict, to_dict
from i2moe_core.errors import InputError


@dataclass(frozen=True)
class Entry:
    """One file: its sha256 and its size in bytes."""

    sha256: str
    bytes: int


@dataclass(frozen=True)
class Manifest:
    """What a finished run is made of; ``package`` is the version of this program that wrote it."""

    schema_version: int
    package: str
    created: str
    parameters: int
    files: dict[str, Entry]

    def with_file(self, name: str, content: bytes) -> Manifest:
        """Return the manifest with one more file."""
        return replace(self, files=self.files | {name: entry(content)})

    def without(self, name: str) -> Manifest:
        """Return the manifest without a file."""
        return replace(self, files={key: value for key, value in self.files.items() if key != name})

    def write(self, folder: Path) -> None:
        """Write manifest.json atomically."""
        write_atomic(folder / MANIFEST, json_bytes(to_dict(self)))


def describe(files: Mapping[str, bytes], parameters: int) -> Manifest:
    """Return the manifest of the given contents, made now."""
    created = datetime.now(UTC).isoformat(timespec="seconds")
    return Manifest(SCHEMA_VERSION, __version__, created, parameters, {k: entry(v) for k, v in files.items()})


def entry(content: bytes) -> Entry:
    """Return sha256 and size of a content."""
    return Entry(hashlib.sha256(content).hexdigest(), len(content))


def run_id(folder: Path, manifest: Manifest) -> str:
    """Return the name with the first 12 digits of the weights' sha256."""
    return f"{folder.resolve().name}-{manifest.files[WEIGHTS].sha256[:12]}"


def read_manifest(folder: Path) -> Manifest:
    """Read a finished run's manifest.

    Raises:
        InputError: the folder is no run, is unfinished, or the manifest is damaged or of a newer version.
    """
    if not folder.is_dir():
        what = "is a file" if folder.exists() else "does not exist"
        raise InputError(f"{folder} {what}; give the folder of a run, such as checkpoints/scenes.")
    if not (folder / MANIFEST).exists():
        raise InputError(_unfinished(folder))
    path = folder / MANIFEST
    values = read_json(path)
    check_version(values.get("schema_version"), path)
    manifest: Manifest = from_dict(Manifest, values, str(path))
    foreign = sorted(set(manifest.files) - set(EVERY))
    if foreign:
        raise InputError(f"{path} lists '{foreign[0]}', which is no file of a run; copy the folder again.")
    lacking = [name for name in REQUIRED if name not in manifest.files]
    if lacking:
        raise InputError(f"{path} does not list {lacking[0]}, which every run has; copy the folder again.")
    return manifest


def check_version(version: object, path: Path) -> None:
    """Refuse a file of a newer version of this program, and one without a version."""
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise InputError(
            f"{path} has no valid schema_version, but {version!r}; it is not a file of this program."
        )
    if version > SCHEMA_VERSION:
        raise InputError(
            f"{path} has schema_version {version}, and this program reads up to {SCHEMA_VERSION}; "
            "update I²MoE Explorer."
        )


def check_sizes(folder: Path, manifest: Manifest) -> None:
    """Refuse a run of which a file is missing or has another size than the manifest says."""
    for name, expected in manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise InputError(f"{path} is missing; copy the whole folder of the run again.")
        size = path.stat().st_size
        if size != expected.bytes:
            how = "cut short" if size < expected.bytes else "too long"
            raise InputError(
                f"{path} is {how}: {size} bytes, expected {expected.bytes}; copy the file again."
            )


def check_contents(folder: Path, manifest: Manifest) -> None:
    """Refuse a run of which a file's sha256 differs from the manifest's."""
    check_sizes(folder, manifest)
    for name, expected in manifest.files.items():
        with (folder / name).open("rb") as handle:
            found = hashlib.file_digest(handle, "sha256").hexdigest()
        if found != expected.sha256:
            raise InputError(
                f"{folder / name} was changed or damaged: its sha256 begins with {found[:12]}, "
                f"but {MANIFEST} says {expected.sha256[:12]}; copy the file again."
            )


def _unfinished(folder: Path) -> str:
    if (folder / STATE).is_file() or (folder / CONFIG).is_file():
        return (
            f"{folder} holds an unfinished run (no {MANIFEST}); finish it with "
            f"`i2moe train --resume --out {folder}`, or copy the whole folder again."
        )
    return f"{folder} holds no run (no {MANIFEST}); give the folder of a run, such as checkpoints/scenes."
