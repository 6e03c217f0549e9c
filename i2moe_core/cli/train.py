"""``i2moe train``: from a data set to a run with audit, analysis and card; resumable at any moment."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from i2moe_core.cli.arguments import add_reader_options, natural, positive
from i2moe_core.errors import InputError

if TYPE_CHECKING:
    from i2moe_core.cli.arguments import Verbs


def add_parser(verbs: Verbs) -> None:
    """Add the verb."""
    parser = verbs.add_parser("train", help="train a model and save it as a run")
    parser.add_argument("--data", metavar="SOURCE", help="name of a data set, folder or file")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="such as checkpoints/mine")
    parser.add_argument(
        "--config", type=Path, metavar="FILE.json", help="all settings, such as a run's config.json"
    )
    parser.add_argument("--progress", type=Path, metavar="FILE", help="keep the progress as JSON, for others")
    again = parser.add_mutually_exclusive_group()
    again.add_argument("--resume", action="store_true", help="go on where the training in --out stopped")
    again.add_argument("--overwrite", action="store_true", help="replace the run in --out")
    add_settings(parser)
    add_reader_options(parser)
    parser.set_defaults(act=act)


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Add the settings that have a flag of their own, and --set for all others."""
    parser.add_argument("--recipe", help="faithful (default), paper or vanilla; see i2moe list --recipes")
    parser.add_argument("--fusion", help="see i2moe list --fusions")
    parser.add_argument("--epochs", type=positive, help="of the first phase")
    parser.add_argument("--expert-epochs", type=positive, help="of the experts' phase")
    parser.add_argument("--batch-size", type=positive)
    parser.add_argument("--lr", type=float, help="peak learning rate")
    parser.add_argument("--seed", type=natural, help="of data and training")
    parser.add_argument("--device", help="auto (default), cpu, cuda or mps")
    parser.add_argument("--image-size", type=positive, help="pixels")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        dest="settings",
        help="such as model.width=128",
    )


def act(arguments: argparse.Namespace) -> None:
    """Train, or go on training, or add what a finished run still lacks."""
    from i2moe_core.checkpoint import discard_run
    from i2moe_core.checkpoint.names import CONFIG, MANIFEST
    from i2moe_core.cli.training import resume_training, start_training
    from i2moe_core.cli.training_config import assignments

    folder, given = arguments.out, assignments(arguments)
    check_folder(folder, arguments.resume, arguments.overwrite)
    if arguments.resume and any((folder / name).is_file() for name in (CONFIG, MANIFEST)):
        resume_training(folder, given, arguments.progress)
        return
    if arguments.data is None and arguments.config is None:
        what = f"{folder} holds no training to resume" if arguments.resume else "There is nothing to train on"
        raise InputError(f"{what}; give --data with a data set, folder or file.")
    if arguments.overwrite:
        start_training(folder, given, arguments.config, lambda: discard_run(folder), arguments.progress)
    else:
        start_training(folder, given, arguments.config, progress=arguments.progress)


def check_folder(folder: Path, resume: bool, overwrite: bool) -> None:
    """Refuse a folder whose content would be lost or mixed up.

    Raises:
        InputError: it holds a run and neither --resume nor --overwrite was given, or it holds something else.
    """
    from i2moe_core.checkpoint.names import EVERY, MANIFEST

    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is a file; give a folder for the run, such as checkpoints/mine.")
    there = (
        {path.name for path in folder.iterdir() if not path.name.startswith(".")}
        if folder.is_dir()
        else set()
    )
    foreign = sorted(there - set(EVERY) - {f"{name}.tmp" for name in EVERY})
    if foreign and not there & set(EVERY):
        raise InputError(f"{folder} holds '{foreign[0]}' and no run; give an empty or new folder as --out.")
    if there & set(EVERY) and not (resume or overwrite):
        what = "a finished" if MANIFEST in there else "an unfinished"
        raise InputError(
            f"{folder} holds {what} run; give --resume to go on with it or --overwrite to replace it."
        )
