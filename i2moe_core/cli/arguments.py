"""What several verbs share: types of arguments, KEY=VALUE pairs, the run and the data they name."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from i2moe_core.errors import InputError

if TYPE_CHECKING:
    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]

RUNS = "checkpoints"
_COLUMNS = ("image", "text", "label", "split")


def positive(text: str) -> int:
    """Return a whole number of at least 1."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be 1 or more, but is {number}")
    return number


def natural(text: str) -> int:
    """Return a whole number of at least 0."""
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"must be 0 or more, but is {number}")
    return number


def pairs(given: Sequence[str], flag: str) -> dict[str, Any]:
    """Return KEY=VALUE pairs; a value is read as JSON where it is JSON, and as text otherwise.

    Raises:
        InputError: there is no "=" or no key.
    """
    result: dict[str, Any] = {}
    for pair in given:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise InputError(f"{flag} needs KEY=VALUE, but got '{pair}'.")
        try:
            result[key] = json.loads(value)
        except ValueError:
            result[key] = value
    return result


def add_reader_options(parser: argparse.ArgumentParser) -> None:
    """Add --option and the flags for column names."""
    parser.add_argument(
        "--option", action="append", default=[], metavar="KEY=VALUE", help="option of the reader"
    )
    for column in _COLUMNS:
        parser.add_argument(f"--{column}-column", metavar="NAME", help=f"column of the {column}")


def reader_options(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the reader's options that were given."""
    columns = {f"{column}_column": getattr(arguments, f"{column}_column") for column in _COLUMNS}
    return pairs(arguments.option, "--option") | {k: v for k, v in columns.items() if v is not None}


def add_run(parser: argparse.ArgumentParser) -> None:
    """Add the run and the device."""
    parser.add_argument("run", metavar="RUN", help=f"folder of a run, or the name of one in {RUNS}/")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")


def add_data(parser: argparse.ArgumentParser) -> None:
    """Add the data set and split that a run is applied to."""
    parser.add_argument("--data", metavar="SOURCE", help="data set, folder or file; default: the run's own")
    parser.add_argument("--split", default="test", choices=("train", "validation", "test"))
    add_reader_options(parser)


def run_folder(name: str) -> Path:
    """Return the folder of a run given by path, or by its name in checkpoints/."""
    path = Path(name)
    return Path(RUNS) / name if not path.exists() and (Path(RUNS) / name).is_dir() else path
