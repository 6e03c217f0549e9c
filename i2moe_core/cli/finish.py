"""What follows a training: audit, analysis and model card, added to the saved run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from i2moe_core.checkpoint import Run, add_file, load_run, model_card, read_settings, summarize_run
from i2moe_core.checkpoint.names import ANALYSIS, AUDIT, CARD
from i2moe_core.checkpoint.settings import SINGLE
from i2moe_core.cli.analyze import parquet
from i2moe_core.cli.audit import audit_lines
from i2moe_core.cli.output import json_content
from i2moe_core.data.batching import TensorData


def finish_run(folder: Path, data: TensorData, device: str) -> None:
    """Audit and analyze the test split (validation where there is none), write the card, print it all."""
    from i2moe_core.analysis.audit import audit_run
    from i2moe_core.analysis.records import analyze_run

    run = load_run(folder, device)
    split = "test" if len(data.samples.rows("test")) else "validation"
    if _is_mixture(run):
        add_file(folder, ANALYSIS, parquet(analyze_run(run, data, split)))
    audit = audit_run(run, data, split)
    add_audit(folder, audit)
    print(audit_lines(audit))
    print(f"saved {folder}")


def add_audit(folder: Path, audit: Mapping[str, Any]) -> None:
    """Keep an audit with its run, and write the card anew; the audit last: it marks the run as complete."""
    card = model_card(
        folder.resolve().name, read_settings(folder), summarize_run(folder).parameters or 0, audit
    )
    add_file(folder, CARD, card.encode())
    add_file(folder, AUDIT, json_content(audit))


def _is_mixture(run: Run) -> bool:
    return read_settings(run.path).kind != SINGLE
