"""``i2moe retrieve``: does one modality find the other, and which samples lie nearest to a query?"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from i2moe_core.cli.arguments import add_data, add_run, positive, run_folder
from i2moe_core.cli.output import columns, json_content, number, write_file
from i2moe_core.errors import InputError

if TYPE_CHECKING:
    from i2moe_core.analysis.retrieval.file import Matched, Retrieval
    from i2moe_core.checkpoint import Run
    from i2moe_core.cli.arguments import Verbs


def add_parser(verbs: Verbs) -> None:
    """Add the verb."""
    parser = verbs.add_parser("retrieve", help="find one modality by another, and measure how well")
    add_run(parser)
    add_data(parser)
    parser.add_argument("--from", dest="query_from", metavar="MODALITY", help="what is asked with")
    parser.add_argument("--to", dest="query_to", metavar="MODALITY", help="what is searched")
    parser.add_argument(
        "--query", metavar="TEXT|FILE|ID", help="a text, a picture's file or a sample: show what lies nearest"
    )
    parser.add_argument("--k", type=positive, default=5, metavar="K", help="how many are shown, 5 by default")
    parser.add_argument(
        "--by",
        choices=("alignment", "map", "pooled"),
        help="similarity of a query; default: the run's main one",
    )
    parser.add_argument("--samples", type=positive, metavar="N", help="at most so many of the split")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what is printed as JSON")
    parser.add_argument("--progress", type=Path, metavar="FILE", help="keep the progress as JSON, for others")
    parser.set_defaults(act=act)


def act(arguments: argparse.Namespace) -> None:
    """Measure and print, or answer a query; the run's own data is also kept beside it, for the page."""
    from i2moe_core.analysis.job import Job
    from i2moe_core.analysis.retrieval.file import retrieval_path, write_retrieval
    from i2moe_core.analysis.retrieval.run import measure_retrieval
    from i2moe_core.checkpoint import load_run
    from i2moe_core.cli.analyze_progress import Progress
    from i2moe_core.cli.retrieve_query import answer_query
    from i2moe_core.cli.run_data import open_samples

    run = load_run(run_folder(arguments.run), arguments.device)
    check_names(run, arguments)
    samples, config = open_samples(run, arguments)
    job = Job(run, samples, config, arguments.split)
    given = {} if arguments.samples is None else {"samples": arguments.samples}
    with Progress(arguments.progress, unit="steps") as progress:
        if arguments.query is not None:
            answer_query(arguments, job, progress.samples)
            return
        found = measure_retrieval(job, **given, watch=progress.samples)
        if arguments.data in (None, run.config.data.source) and config == run.config.data:
            path = retrieval_path(run.path, arguments.split)
            write_retrieval(found, path)
            progress.say("finished")
            print(f"written to {path}")
    if arguments.json is not None:
        write_file(arguments.json, json_content(asdict(found)))
    print(retrieval_lines(found, arguments.query_from, arguments.query_to))


def check_names(run: Run, arguments: argparse.Namespace) -> None:
    """Refuse modalities that the run does not read.

    Raises:
        InputError: one is unknown, or both are the same.
    """
    known = list(run.info.modalities)
    for flag, name in (("--from", arguments.query_from), ("--to", arguments.query_to)):
        if name is not None and name not in known:
            raise InputError(f"{flag} names '{name}', but the run reads {', '.join(known)}.")
    if arguments.query_from is not None and arguments.query_from == arguments.query_to:
        raise InputError(f"--from and --to are both '{arguments.query_to}'; name two modalities.")


def retrieval_lines(found: Retrieval, query: str | None = None, item: str | None = None) -> str:
    """Return a table of all directions, or of those asked for, and a line a gap."""
    head = ("from", "to", "by", "recall@1", "recall@5", "recall@10", "median rank", "MRR")
    rows: list[tuple[str, ...]] = [head]
    gaps: list[str] = []
    for pair in found.pairs:
        asked = [d for d in pair.directions if query in (None, d.query) and item in (None, d.item)]
        for d in asked:
            values = [_with_interval(d.figures[f"recall@{k}"]) for k in (1, 5, 10)]
            middle, mean = d.figures["median_rank"], d.figures["mean_reciprocal_rank"]
            rows.append((d.query, d.item, d.by, *values, number(middle.value, 1), _with_interval(mean)))
        for d in {(d.query, d.item): d for d in asked}.values():
            chances = [number(f.chance) for f in d.figures.values()]
            chances[3] = number(d.figures["median_rank"].chance, 1)
            rows.append((d.query, d.item, "chance", *chances))
        gaps += [_gap_line(pair)] * bool(asked)
    title = f"{found.samples} of {found.total} {found.split} samples of {found.data}, 95% intervals"
    return "\n".join([title, columns(rows), *gaps, *found.notes])


def _gap_line(pair: Matched) -> str:
    gap = pair.gap
    return (
        f"gap of {pair.first} and {pair.second}: distance {number(gap.distance)}, told apart (AUROC) "
        f"{number(gap.separability)}, alignment {number(gap.alignment)}, uniformity "
        f"{number(gap.uniformity[0])} and {number(gap.uniformity[1])}"
    )


def _with_interval(figure: object) -> str:
    value, low, high = (getattr(figure, name) for name in ("value", "low", "high"))
    return f"{number(value)} ({number(low)} to {number(high)})"
