"""``i2moe data``: what a data set holds, and a picture of some of its samples."""

from __future__ import annotations

import argparse
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from i2moe_core.cli.arguments import add_reader_options, natural, positive, reader_options
from i2moe_core.cli.output import columns, write_file
from i2moe_core.errors import InputError

if TYPE_CHECKING:
    import numpy as np

    from i2moe_core.cli.arguments import Verbs
    from i2moe_core.types import Samples


def add_parser(verbs: Verbs) -> None:
    """Add the verb."""
    parser = verbs.add_parser("data", help="summarize a data set")
    parser.add_argument("source", metavar="NAME", help="name of a data set, folder or file")
    parser.add_argument("--preview", type=Path, metavar="FILE.png", help="write a picture of some samples")
    parser.add_argument("--seed", type=natural, default=0)
    parser.add_argument("--count", type=positive, default=16, help="samples in the picture")
    add_reader_options(parser)
    parser.set_defaults(act=act)


def act(arguments: argparse.Namespace) -> None:
    """Print the summary and write the preview."""
    from i2moe_core.config import DataConfig
    from i2moe_core.data import load_samples

    samples = load_samples(DataConfig(arguments.source, arguments.seed, reader_options(arguments)))
    print(summary(samples))
    if arguments.preview is not None:
        write_preview(samples, arguments.count, arguments.preview)
        print(f"preview      {arguments.preview}")


def summary(samples: Samples) -> str:
    """Return modalities, splits, classes, true types and notes of a data set."""
    from i2moe_core.types import SPLITS, interaction_names

    rows = [
        ("data set", samples.name),
        ("task", samples.task),
        ("modalities", ", ".join(f"{m.name} ({m.kind})" for m in samples.modalities)),
        ("samples", f"{len(samples)} ({_counts(samples.splits.tolist(), SPLITS)})"),
        ("classes", _classes(samples)),
    ]
    if samples.truth is not None:
        names = interaction_names([m.name for m in samples.modalities])
        rows.append(("true types", _counts(samples.truth.interactions.tolist(), names)))
    return columns(rows + [("note", note) for note in samples.notes])


def write_preview(samples: Samples, count: int, path: Path) -> None:
    """Write a contact sheet of ``count`` samples as PNG.

    Raises:
        InputError: the set has no pictures, or the file cannot be written.
    """
    from i2moe_core.checkpoint.reference import choose_rows
    from i2moe_core.data.preview import preview

    if not any(m.kind == "image" for m in samples.modalities):
        raise InputError(f"'{samples.name}' has no pictures to preview; leave out --preview.")
    rows: np.ndarray = choose_rows(samples, count)
    buffer = io.BytesIO()
    preview(samples, rows).save(buffer, format="PNG")
    write_file(path, buffer.getvalue())


def _classes(samples: Samples) -> str:
    if samples.task == "multiclass":
        return _counts((samples.classes[target] for target in samples.targets.tolist()), samples.classes)
    return ", ".join(samples.classes)


def _counts(values: Iterable[str], order: Sequence[str]) -> str:
    found = Counter(values)
    return ", ".join(f"{value} {found[value]}" for value in order)
