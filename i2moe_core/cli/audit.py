"""``i2moe audit``: do a run's weights and experts mean what they say? Also weak points and comparisons."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from i2moe_core.cli.arguments import RUNS, add_data, run_folder
from i2moe_core.cli.output import columns, json_content, number, write_file
from i2moe_core.cli.progress_file import write_progress
from i2moe_core.errors import InputError

if TYPE_CHECKING:
    from i2moe_core.cli.arguments import Verbs

FIGURES = ("contribution_argmax", "gate_argmax", "auroc", "leak", "irs")


def add_parser(verbs: Verbs) -> None:
    """Add the verb."""
    parser = verbs.add_parser("audit", help="test whether a run's weights and experts mean what they say")
    parser.add_argument(
        "run", metavar="RUN", nargs="?", help=f"folder of a run, or the name of one in {RUNS}/"
    )
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
    add_data(parser)
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument(
        "--weak-points", action="store_true", help="instead, measure the eight known weak points"
    )
    instead.add_argument(
        "--compare", nargs="+", metavar="RUN", help="instead, ask several runs about the same samples"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures as JSON")
    parser.add_argument("--save", action="store_true", help="keep the audit with the run, and renew its card")
    parser.add_argument("--progress", type=Path, metavar="FILE", help="keep the progress in FILE, as JSON")
    parser.set_defaults(act=act)


def act(arguments: argparse.Namespace) -> None:
    """Do what was asked: a comparison, the weak points, or the audit itself.

    Raises:
        InputError: no run was named, or anything is at fault with it or its data.
    """
    if arguments.compare:
        from i2moe_core.cli.compare import compare

        compare(arguments)
    elif arguments.run is None:
        raise InputError(f"Name the run to audit: a folder, or a name in {RUNS}/.")
    elif arguments.weak_points:
        from i2moe_core.cli.weak_points import measure

        measure(arguments)
    else:
        _audit(arguments)


def _audit(arguments: argparse.Namespace) -> None:
    """Audit, print, and write where asked."""
    from i2moe_core.analysis.audit import audit_run
    from i2moe_core.checkpoint import load_run
    from i2moe_core.cli.finish import add_audit
    from i2moe_core.cli.run_data import open_data

    write_progress(arguments.progress, "opening the run and its data", 0, 3, None)
    run = load_run(run_folder(arguments.run), arguments.device)
    data = open_data(run, arguments)
    write_progress(arguments.progress, "asking all experts, swapping inputs", 1, 3, None)
    audit = audit_run(run, data, arguments.split)
    if arguments.json is not None:
        write_file(arguments.json, json_content(audit))
    if arguments.save:
        add_audit(run.path, audit)
    write_progress(arguments.progress, "finished", 3, 3, None)
    print(audit_lines(audit))


def audit_lines(audit: Mapping[str, Any]) -> str:
    """Return the audit's main figures, one a line; "-" where the truth is not known."""
    rows = [(str(audit.get("measure", "accuracy")), number(audit.get("accuracy")))]
    rows += [(name, number(audit.get(name))) for name in FIGURES]
    rows += [(f"role {expert}", number(score)) for expert, score in (audit.get("roles") or {}).items()]
    heading = f"{audit.get('samples', '?')} samples of split {audit.get('split', '?')}"
    reason = [str(audit["reason"])] if audit.get("reason") else []
    return "\n".join([heading, columns(rows), *_use_lines(audit.get("expert_use")), *reason])


def _use_lines(use: Mapping[str, Any] | None) -> list[str]:
    """Return which experts are used, one a line; nothing of an audit that did not measure it."""
    from i2moe_core.analysis.expert_use import use_sentences

    if not use:
        return []
    rows = [("expert", "weight", "leads")]
    rows += [(name, number(use["weight"][name]), number(use["dominant"][name])) for name in use["weight"]]
    heading = f"used: {number(use['effective'], 1)} of {use['experts']} experts"
    return [heading, columns(rows), *use_sentences(use)]
