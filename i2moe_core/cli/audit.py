"""``i2moe audit``: do a run's weights and experts mean what they say?"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from i2moe_core.cli.arguments import add_data, add_run, run_folder
from i2moe_core.cli.output import columns, json_content, number, write_file

if TYPE_CHECKING:
    from i2moe_core.cli.arguments import Verbs

FIGURES = ("contribution_argmax", "gate_argmax", "auroc", "leak", "irs")


def add_parser(verbs: Verbs) -> None:
    """Add the verb."""
    parser = verbs.add_parser("audit", help="test whether a run's weights and experts mean what they say")
    add_run(parser)
    add_data(parser)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures as JSON")
    parser.add_argument("--save", action="store_true", help="keep the audit with the run, and renew its card")
    parser.set_defaults(act=act)


def act(arguments: argparse.Namespace) -> None:
    """Audit, print, and write where asked."""
    from i2moe_core.analysis.audit import audit_run
    from i2moe_core.checkpoint import load_run
    from i2moe_core.cli.finish import add_audit
    from i2moe_core.cli.run_data import open_data

    run = load_run(run_folder(arguments.run), arguments.device)
    audit = audit_run(run, open_data(run, arguments), arguments.split)
    if arguments.json is not None:
        write_file(arguments.json, json_content(audit))
    if arguments.save:
        add_audit(run.path, audit)
    print(audit_lines(audit))


def audit_lines(audit: Mapping[str, Any]) -> str:
    """Return the audit's main figures, one a line; "-" where the truth is not known."""
    rows = [(str(audit.get("measure", "accuracy")), number(audit.get("accuracy")))]
    rows += [(name, number(audit.get(name))) for name in FIGURES]
    rows += [(f"role {expert}", number(score)) for expert, score in (audit.get("roles") or {}).items()]
    heading = f"{audit.get('samples', '?')} samples of split {audit.get('split', '?')}"
    reason = [str(audit["reason"])] if audit.get("reason") else []
    return "\n".join([heading, columns(rows), *reason])
