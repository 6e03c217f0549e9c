"""``i2moe analyze``: one row a sample, as Parquet; killed, the same command goes on where it stopped."""

from __future__ import annotations

import argparse
import mmap
import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from i2moe_core.cli.analyze_attributions import add_arguments, attribute_job, check_method
from i2moe_core.cli.analyze_emap import add_arguments as add_emap
from i2moe_core.cli.analyze_emap import emap_job
from i2moe_core.cli.arguments import add_data, add_run, positive, run_folder
from i2moe_core.cli.output import make_folder

if TYPE_CHECKING:
    import pandas as pd

    from i2moe_core.checkpoint import Run
    from i2moe_core.cli.arguments import Verbs


class ShowSchema(argparse.Action):
    """Print every column and end, as --version does."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        """Print and end."""
        from i2moe_core.analysis.schema import schema_text

        print(schema_text())
        parser.exit()


def add_parser(verbs: Verbs) -> None:
    """Add the verb."""
    parser = verbs.add_parser("analyze", help="write every sample's weights, contributions and components")
    add_run(parser)
    add_data(parser)
    parser.add_argument("--out", type=Path, metavar="FILE", help="default: analysis.parquet of the run")
    parser.add_argument("--no-umap", action="store_true", help="lay out the maps by PCA only, at once")
    parser.add_argument("--draws", type=positive, metavar="K", help="samples that stand in for each input")
    parser.add_argument("--progress", type=Path, metavar="FILE", help="keep the progress as JSON, for others")
    add_arguments(parser)
    add_emap(parser)
    parser.add_argument("--schema", action=ShowSchema, nargs=0, help="print the columns and end")
    parser.set_defaults(act=act)


def act(arguments: argparse.Namespace) -> None:
    """Analyze and write: this process's share, and at the end, in the first one, the table."""
    from i2moe_core.analysis.assemble import finish_job
    from i2moe_core.analysis.job import Job, Ranks, await_parts, write_parts
    from i2moe_core.analysis.part_files import parts_folder
    from i2moe_core.checkpoint import load_run
    from i2moe_core.checkpoint.names import ANALYSIS
    from i2moe_core.cli.analyze_progress import Progress
    from i2moe_core.cli.run_data import open_samples

    if arguments.attributions is not None:
        check_method(arguments)
    ranks = Ranks.from_environment()
    run = load_run(run_folder(arguments.run), _device(arguments.device))
    samples, config = open_samples(run, arguments)
    draws = {} if arguments.draws is None else {"draws": arguments.draws}
    job = Job(run, samples, config, arguments.split, **draws)
    out = arguments.out or run.path / ANALYSIS
    make_folder(out)
    if arguments.emap:
        if ranks.rank == 0:
            with Progress(arguments.progress) as progress:
                emap_job(arguments, job, out, progress.samples)
                progress.say("finished")
        return
    key = job.key()
    folder = parts_folder(out, key)
    with Progress(arguments.progress, ranks.rank) as progress:
        if ranks.rank == 0:
            _clear_others(out, key)
        paths = write_parts(job, folder, ranks, progress.samples)
        if ranks.rank == 0:
            await_parts(paths, progress.ranks)
            publish = partial(_publish, run=run, out=arguments.out)
            count = finish_job(job, paths, publish, not arguments.no_umap, progress.say)
            progress.say("finished")
            print(f"{count} samples written to {out}")
    if arguments.attributions is not None:
        with Progress(arguments.progress, ranks.rank) as progress:
            attribute_job(arguments, job, out, ranks, progress.samples)
            progress.say("finished")


def parquet(table: pd.DataFrame) -> bytes:
    """Return the content of a Parquet file."""
    from i2moe_core.analysis.store import analysis_content

    return analysis_content(table)


def _clear_others(out: Path, key: str) -> None:
    from i2moe_core.analysis.part_files import other_folders, remove_parts

    for folder in other_folders(out, key):
        remove_parts(folder)
        print(
            f"Parts of another analysis (of another run, data, split or setting) lay in {folder}; "
            "they are removed, and this one starts anew."
        )


def _publish(whole: Path, run: Run, out: Path | None) -> None:
    from i2moe_core.checkpoint import add_file
    from i2moe_core.checkpoint.names import ANALYSIS

    if out is not None:
        os.replace(whole, out)
        return
    # Mapped, not read: a table of a million samples need not fit into memory.
    with whole.open("rb") as handle, mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as content:
        add_file(run.path, ANALYSIS, content)  # type: ignore[arg-type]


def _device(name: str) -> str:
    """Give each rank of a machine its own GPU, where there are several."""
    local = os.environ.get("LOCAL_RANK")
    if local is None or name not in ("auto", "cuda"):
        return name
    import torch

    return f"cuda:{int(local) % torch.cuda.device_count()}" if torch.cuda.is_available() else name
