"""An analysis killed with SIGKILL at random moments, each time started again: the same bytes as undisturbed?

    i2moe benchmark analyze_killed [--kills 20] [--run checkpoints/scenes] [--json FILE]

Every attempt is a forked process that is killed after a random time and leaves its finished parts; the last
one runs to its end. Keys: ``kills``, ``killed_while`` (by what was there), ``identical``.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from functools import partial
from pathlib import Path

import torch

from i2moe_core.analysis.assemble import finish_job
from i2moe_core.analysis.job import Job, write_parts
from i2moe_core.analysis.part_files import parts_folder
from i2moe_core.checkpoint import load_run
from i2moe_core.data import load_samples

RUN = Path(__file__).parents[1] / "checkpoints" / "scenes"
PART = 64  # rows: many parts, so that kills meet every state


def main(argv: list[str] | None = None) -> None:
    """Kill, resume, compare; exit with 1 where a byte differs."""
    parser = argparse.ArgumentParser(prog="i2moe benchmark analyze_killed", description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--run", type=Path, default=RUN)
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args(argv)
    torch.set_num_threads(1)  # before the first fork: threads do not survive it
    run = load_run(arguments.run, "cpu")
    job = Job(run, load_samples(run.config.data), run.config.data, "test", part=PART)
    with tempfile.TemporaryDirectory() as folder:
        figures = kill_and_compare(job, Path(folder), arguments.kills, random.Random(arguments.seed))
    print(json.dumps(figures, indent=1))
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    if not figures["identical"]:
        sys.exit(1)


def kill_and_compare(job: Job, folder: Path, kills: int, draw: random.Random) -> dict[str, object]:
    """Return what the kills met, and whether the result is the undisturbed one's."""
    expected, out = folder / "undisturbed.parquet", folder / "killed.parquet"
    started = time.monotonic()
    attempt(job, expected)
    seconds = time.monotonic() - started
    met: Counter[str] = Counter()
    for _ in range(kills):
        killed = attempt(job, out, draw.uniform(0.02, 3 * seconds / kills))
        met[_state(job, out) if killed else "finished before the kill"] += 1
        if not killed:
            out.unlink()
    attempt(job, out)
    identical = out.read_bytes() == expected.read_bytes() and sorted(folder.iterdir()) == sorted(
        [expected, out]
    )
    return {"kills": kills, "killed_while": dict(met), "identical": identical}


def attempt(job: Job, out: Path, limit: float | None = None) -> bool:
    """Analyze in a process of its own; return whether it was killed after ``limit`` seconds."""
    child = os.fork()
    if child == 0:
        analyze(job, out)
        os._exit(0)
    if limit is not None:
        time.sleep(limit)
        os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1] != 0


def analyze(job: Job, out: Path) -> None:
    """Do what the command does."""
    paths = write_parts(job, parts_folder(out, job.key()))
    finish_job(job, paths, partial(_move, out=out), umap=False)


def _move(whole: Path, out: Path) -> None:
    os.replace(whole, out)


def _state(job: Job, out: Path) -> str:
    """Return what a killed attempt left."""
    folder = parts_folder(out, job.key())
    names = [path.name for path in folder.glob("*")] + [p.name for p in folder.glob(".*.tmp")]
    if out.is_file():
        return "the parts were removed"
    if any(name.startswith("whole") for name in names):
        return "the whole was written"
    return (
        "a part was written" if any(name.startswith(".part") for name in names) else "samples were analyzed"
    )


if __name__ == "__main__":
    main()
