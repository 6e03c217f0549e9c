"""``i2moe sweep``: the same training under several settings and seeds, with one table and one figure."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from i2moe_core.cli.arguments import add_reader_options
from i2moe_core.cli.output import write_file
from i2moe_core.cli.train import add_settings
from i2moe_core.errors import InputError

if TYPE_CHECKING:
    from i2moe_core.cli.arguments import Verbs


def add_parser(verbs: Verbs) -> None:
    """Add the verb."""
    parser = verbs.add_parser(
        "sweep",
        help="train under several settings and seeds, and compare",
        description="Train every combination as an ordinary run below --out, and audit it. The same command "
        "goes on where it stopped; with further values or seeds it trains only what is new.",
    )
    parser.add_argument(
        "--param",
        action="append",
        default=[],
        metavar="NAME=VALUE,VALUE",
        help="such as margin=.1,.5,1 or model.width=32,64; given again, all combinations are trained",
    )
    parser.add_argument("--seeds", metavar="N,N", help="of data and training, such as 0,1,2; default: 0")
    parser.add_argument("--data", metavar="SOURCE", help="name of a data set, folder or file")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="such as sweeps/margin")
    parser.add_argument("--config", type=Path, metavar="FILE.json", help="all settings that are not varied")
    parser.add_argument(
        "--figure", type=Path, metavar="FILE.html", help="draw every measure over every setting"
    )
    parser.add_argument("--progress", type=Path, metavar="FILE", help="keep the progress as JSON, for others")
    add_settings(parser)
    add_reader_options(parser)
    parser.set_defaults(act=act)


def act(arguments: argparse.Namespace) -> None:
    """Train what is left, print the table, draw the figure."""
    from i2moe_core.cli.sweep_output import figure_page, table_lines
    from i2moe_core.cli.sweep_plan import read_parameters, trainings
    from i2moe_core.cli.sweep_run import run_sweep
    from i2moe_core.cli.training_config import assignments

    if arguments.figure is not None and arguments.figure.suffix.lower() not in (".html", ".htm"):
        raise InputError(
            f"The figure is written as HTML, but '{arguments.figure.name}' does not end in .html."
        )
    seeds = read_seeds(arguments)
    given = assignments(arguments)
    parameters = read_parameters(arguments.param, _recipe(given, arguments.config))
    settings = {parameter.name: parameter.setting for parameter in parameters}
    _refuse_twice(given, settings, seeds)
    if arguments.config is None and not {"data.source"} & {*given, *settings.values()}:
        raise InputError("There is nothing to train on; give --data with a data set, folder or file.")
    plan = trainings(parameters, seeds, given)
    fixed = _fixed(given, arguments.config)
    sweep = run_sweep(arguments.out, plan, settings, fixed, arguments.config, arguments.progress)
    print(table_lines(sweep))
    if arguments.figure is not None:
        write_file(arguments.figure, figure_page(sweep).encode())


def read_seeds(arguments: argparse.Namespace) -> tuple[int, ...]:
    """Return the seeds of --seeds or --seed, and take --seed out of what all trainings share.

    Raises:
        InputError: they are no whole numbers, or both were given.
    """
    one, arguments.seed = arguments.seed, None
    if arguments.seeds is None:
        return (one or 0,)
    if one is not None:
        raise InputError("--seed and --seeds were both given; name all seeds as --seeds 0,1,2.")
    words = [word.strip() for word in arguments.seeds.split(",")]
    if not all(word.isdecimal() for word in words) or len({int(word) for word in words}) < len(words):
        raise InputError(
            f"--seeds needs different whole numbers, such as 0,1,2, but got '{arguments.seeds}'."
        )
    return tuple(map(int, words))


def _recipe(given: Mapping[str, Any], config: Path | None) -> str:
    from i2moe_core.cli.training_config import read_config
    from i2moe_core.config import TrainingConfig

    usual = TrainingConfig().recipe if config is None else read_config(config).training.recipe
    return str(given.get("training.recipe", usual))


def _refuse_twice(given: Mapping[str, Any], settings: Mapping[str, str], seeds: Sequence[int]) -> None:
    twice = next((name for name, setting in settings.items() if setting in given), None)
    if twice is not None:
        raise InputError(f"{settings[twice]} is varied and set at once; leave out one of the two.")
    if "training.seed" in given:
        raise InputError("training.seed is set; give the seeds as --seeds 0,1,2 instead.")


def _fixed(given: Mapping[str, Any], config: Path | None) -> dict[str, Any]:
    from i2moe_core.cli.training_config import read_config
    from i2moe_core.config import to_dict

    shared = {key: value for key, value in given.items() if key != "training.device"}
    return shared if config is None else shared | {"config": to_dict(read_config(config))}
