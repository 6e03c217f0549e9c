"""The command line: ``i2moe train``, ``explain``, ``audit`` and the other verbs.

One file a verb. Verbs import what computes only when they run, so that ``i2moe --help`` answers at once.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from i2moe_core import __version__
from i2moe_core.cli import analyze, audit, benchmark, data, explain, listing, retrieve, search, sweep, train
from i2moe_core.errors import InputError

VERBS = (train, sweep, search, listing, data, audit, analyze, explain, retrieve, benchmark)
AGAIN = " Go on with the same command."
HINTS = {train.act: " Go on with --resume.", sweep.act: AGAIN, search.act: AGAIN}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return 0, or 2 after an input error (one line on stderr), or 130 if interrupted."""
    arguments = build_parser().parse_args(argv)
    try:
        arguments.act(arguments)
    except InputError as error:
        print(f"i2moe: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        hint = HINTS.get(arguments.act, "")
        print(f"i2moe: interrupted.{hint}", file=sys.stderr)
        return 130
    return 0


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all verbs."""
    parser = argparse.ArgumentParser(
        prog="i2moe", description="Train, audit and explain multimodal mixtures of interaction experts."
    )
    parser.add_argument("--version", action="version", version=f"i2moe {__version__}")
    verbs = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for verb in VERBS:
        verb.add_parser(verbs)
    return parser
