"""Training what a sweep plans: each as an ordinary run, the table written after each, finished ones kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

from i2moe_core.analysis.sweep import Sweep, load_sweep
from i2moe_core.analysis.sweep_rows import Row, failed_row, is_finished, row_of, rows_before, write_rows
from i2moe_core.checkpoint.in_use import held
from i2moe_core.checkpoint.names import CONFIG, MANIFEST
from i2moe_core.cli import training as single
from i2moe_core.cli.output import number
from i2moe_core.cli.sweep_check import check_trainings
from i2moe_core.cli.sweep_plan import Training
from i2moe_core.cli.sweep_progress import SweepProgress
from i2moe_core.cli.train import check_folder
from i2moe_core.errors import InputError


def run_sweep(
    folder: Path,
    plan: Sequence[Training],
    parameters: Mapping[str, str],
    fixed: Mapping[str, Any],
    config: Path | None = None,
    progress: Path | None = None,
) -> Sweep:
    """Train all that is not trained yet, in order; a training that fails is noted, and the next one begins.

    parameters: short name -> setting. fixed: the settings that all share, which a later command must repeat.
    config: a configuration in place of the defaults. progress: a file for the progress.

    Raises:
        InputError: the folder is at fault or held by another sweep, a setting is at fault, or no training
            came to its end.
    """
    with held(folder, "a sweep"):
        return _run(folder, plan, parameters, fixed, config, progress)


def _run(
    folder: Path,
    plan: Sequence[Training],
    parameters: Mapping[str, str],
    fixed: Mapping[str, Any],
    config: Path | None,
    progress: Path | None,
) -> Sweep:
    before = {row["run"]: row for row in rows_before(folder, parameters, fixed)}
    done = [training for training in plan if is_finished(folder / training.name)]
    left = [training for training in plan if training not in done]
    check_trainings(left, config)
    rows = before | {t.name: row_of(folder / t.name, t.values, t.seed) for t in done}
    planned = len({*before, *(training.name for training in plan)})
    write_rows(folder, parameters, fixed, planned, _ordered(rows, plan))
    shown = SweepProgress(progress, len(plan), len(done))
    for training in left:
        shown.begin(training)
        rows[training.name] = row = _train(folder / training.name, training, config, shown)
        write_rows(folder, parameters, fixed, planned, _ordered(rows, plan))
        shown.end(_line(training, row))
    if all(row["problem"] for row in rows.values()):
        raise InputError(f"No training of the sweep came to its end: {next(iter(rows.values()))['problem']}")
    shown.say("finished")
    return load_sweep(folder)


def _train(folder: Path, training: Training, config: Path | None, shown: SweepProgress) -> Row:
    begun = any((folder / name).is_file() for name in (CONFIG, MANIFEST))
    check_folder(folder, resume=True, overwrite=False)
    try:
        # What a single training prints would bury the lines of the sweep; its curves are kept with the run.
        with redirect_stdout(StringIO()):
            if begun:
                single.resume_training(folder, training.given, shown.follow)
            else:
                single.start_training(folder, training.given, config, progress=shown.follow)
    except InputError as error:
        return failed_row(training.name, training.values, training.seed, str(error))
    return row_of(folder, training.values, training.seed)


def _ordered(rows: Mapping[str, Row], plan: Sequence[Training]) -> list[Row]:
    """Return the rows of an earlier, smaller sweep first, then those of the plan, seeds side by side."""
    ours = [training.name for training in plan]
    seeds = len({training.seed for training in plan})
    settings = len(plan) // seeds
    grid = [ours[seed * settings + place] for place in range(settings) for seed in range(seeds)]
    names = [*(name for name in rows if name not in ours), *(name for name in grid if name in rows)]
    return [rows[name] for name in names]


def _line(training: Training, row: Row) -> str:
    if row["problem"]:
        return f"{training}: {row['problem']}"
    said = [f"{row['measure']} {number(row['accuracy'])}"]
    said += [f"{name} {number(row[name])}" for name in ("leak", "irs") if row[name] is not None]
    return f"{training}: {', '.join(said)} ({row['seconds']:.0f} s)"
