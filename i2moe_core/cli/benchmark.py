"""``i2moe benchmark``: run one of the scripts in benchmarks/, which come with the source code only."""

from __future__ import annotations

import argparse
import importlib.util
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import i2moe_core
from i2moe_core.errors import InputError

if TYPE_CHECKING:
    from i2moe_core.cli.arguments import Verbs


def add_parser(verbs: Verbs) -> None:
    """Add the verb."""
    parser = verbs.add_parser("benchmark", help="measure what this project claims", add_help=False)
    parser.add_argument("name", metavar="NAME", nargs="?", help="recovery, speed, ...")
    parser.add_argument("rest", nargs=argparse.REMAINDER, help="passed on, such as --json FILE")
    parser.set_defaults(act=act)


def act(arguments: argparse.Namespace) -> None:
    """Run the benchmark with the rest of the command line."""
    folder = Path(i2moe_core.__file__).parents[1] / "benchmarks"
    with _importable(folder):
        load_main(folder, arguments.name)(arguments.rest)


def load_main(folder: Path, name: str | None) -> Callable[[list[str]], None]:
    """Return the ``main`` of a benchmark.

    Raises:
        InputError: there is no folder of benchmarks, or none of that name.
    """
    if not folder.is_dir():
        raise InputError(
            "The benchmarks come with the source code only; clone the repository and run it there."
        )
    known = sorted(path.stem for path in folder.glob("*.py") if "\ndef main(" in path.read_text("utf-8"))
    if name not in known:
        came = f"Unknown benchmark '{name}'" if name else "No benchmark was named"
        raise InputError(f"{came}. Known: {', '.join(known) or 'none'}.")
    spec = importlib.util.spec_from_file_location(f"benchmark_{name}", folder / f"{name}.py")
    if spec is None or spec.loader is None:
        raise InputError(f"{folder / name}.py cannot be loaded.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up there
    spec.loader.exec_module(module)
    main: Callable[[list[str]], None] = module.main
    return main


@contextmanager
def _importable(folder: Path) -> Iterator[None]:
    """Let benchmarks import their neighbours."""
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
