"""``i2moe audit RUN --weak-points``: the method's known weak points, each with this run's own number."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from textwrap import wrap
from typing import Any

from i2moe_core.cli.arguments import run_folder
from i2moe_core.cli.output import json_content, number, write_file
from i2moe_core.cli.progress_file import write_progress

WIDTH = 110


def measure(arguments: argparse.Namespace) -> None:
    """Measure, print, and write where asked.

    Raises:
        InputError: the run has no experts, or anything is at fault with it or its data.
    """
    from i2moe_core.analysis.weak.points import weak_points
    from i2moe_core.checkpoint import add_file, load_run
    from i2moe_core.checkpoint.names import WEAK_POINTS
    from i2moe_core.cli.run_data import open_data

    run = load_run(run_folder(arguments.run), arguments.device)

    def watch(done: int, total: int) -> None:
        write_progress(arguments.progress, "points", done, total, None)

    found = weak_points(run, open_data(run, arguments), arguments.split, watch=watch)
    if arguments.json is not None:
        write_file(arguments.json, json_content(found))
    if arguments.save:
        add_file(run.path, WEAK_POINTS, json_content(found))
    write_progress(arguments.progress, "finished", 1, 1, None)
    print(weak_point_lines(found))


def weak_point_lines(found: Mapping[str, Any]) -> str:
    """Return each point's title, number and sentence."""
    lines = [f"{found['samples']} samples of split {found['split']} of {found['data']}"]
    for place, point in enumerate(found["points"].values(), 1):
        lines.append(f"{place}. {point['title']}  {number(point['number'])}")
        lines += wrap(point["says"], WIDTH, initial_indent="   ", subsequent_indent="   ")
    return "\n".join(lines)
