"""The table of a sweep: the same training under several settings and seeds, in sweep.json above its runs.

``i2moe sweep`` writes it after every training; so a reader may find fewer rows than were planned.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from i2moe_core.checkpoint.files import read_json
from i2moe_core.checkpoint.manifest import check_version
from i2moe_core.errors import InputError

SWEEP = "sweep.json"
MEASURES = ("validation", "accuracy", "ece", "contribution_argmax", "gate_argmax", "leak", "irs")
PER_EXPERT = ("roles", "weights")  # columns such as "roles.synergy"
COLUMNS = ("run", "seed", "measure", *MEASURES, "seconds", "problem")
_AGAIN = "remove it and give the command of the sweep again, which keeps every finished training"


@dataclass(frozen=True, eq=False)
class Sweep:
    """What was varied, what was not, and what came of it.

    parameters: column of ``rows`` -> the setting behind it, such as margin -> training.recipe_options.margin.
    fixed: the settings that the command line gave to all trainings alike.
    planned: trainings of the whole sweep.
    rows: one row a training: ``run`` (its folder's name below ``folder``), one column a parameter, ``seed``,
        ``measure`` (what accuracy stands for), ``validation`` (the same on the validation split, to choose
        by), ``accuracy``, ``ece``, ``contribution_argmax``, ``gate_argmax``, ``leak``, ``irs``,
        ``roles.<expert>`` and ``weights.<expert>`` as in the run's audit (NaN where not known), ``seconds``
        of training, and ``problem``: None, or why this training failed.
    """

    folder: Path
    parameters: Mapping[str, str]
    fixed: Mapping[str, Any]
    planned: int
    rows: pd.DataFrame


def load_sweep(folder: Path | str) -> Sweep:
    """Read the sweep of a folder, finished or not.

    Raises:
        InputError: there is none, or it is damaged.
    """
    path = Path(folder) / SWEEP
    if not path.is_file():
        raise InputError(f"{folder} holds no sweep ({SWEEP} is missing); make one with `i2moe sweep`.")
    values = read_json(path)
    check_version(values.get("schema_version"), path)
    fault = _fault(values)
    if fault:
        raise InputError(f"{path} cannot be used: {fault}; {_AGAIN}.")
    parameters = values["parameters"]
    rows = sweep_frame(values["rows"], list(parameters))
    return Sweep(Path(folder), parameters, values["fixed"], values["planned"], rows)


def list_sweeps(folder: Path | str) -> list[Path]:
    """Return the folders in ``folder`` that hold a sweep, sorted by name; none where it does not exist."""
    return sorted(path.parent for path in Path(folder).glob(f"*/{SWEEP}"))


def sweep_frame(rows: list[dict[str, Any]], parameters: list[str]) -> pd.DataFrame:
    """Return the rows of sweep.json as the table of ``Sweep``."""
    flat = [_flat(row) for row in rows]
    experts = list(dict.fromkeys(key for row in flat for key in row if key.partition(".")[0] in PER_EXPERT))
    columns = ["run", *parameters, "seed", "measure", *MEASURES, *experts, "seconds", "problem"]
    frame = pd.DataFrame(flat, columns=list(dict.fromkeys(columns)))
    numbers = [*MEASURES, *experts, "seconds"]
    problems = pd.Series([row.get("problem") for row in flat], index=frame.index, dtype=object)
    return frame.astype(dict.fromkeys(numbers, "float64")).assign(problem=problems)


def summarize_sweep(sweep: Sweep) -> pd.DataFrame:
    """Return one row a setting, in the order of the sweep: its parameters, ``seeds`` and every measure.

    ``accuracy`` is the mean over the seeds that were trained and ``accuracy sd`` their standard deviation
    (n - 1; NaN with one seed); so for all measures and for ``seconds``.
    """
    good = sweep.rows[sweep.rows["problem"].isna()]
    names = [name for name in good.columns if name in (*MEASURES, "seconds") or _per_expert(name)]
    by = list(sweep.parameters)
    if good.empty:
        spread = [f"{name} sd" for name in names]
        return pd.DataFrame(columns=[*by, "seeds", *names, *spread])
    groups = good.groupby(by, sort=False, dropna=False)
    spreads = groups[names].std().rename(columns=lambda name: f"{name} sd")
    return pd.concat([groups.size().rename("seeds"), groups[names].mean(), spreads], axis=1).reset_index()


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    experts = {
        f"{kind}.{name}": value for kind in PER_EXPERT for name, value in (row.get(kind) or {}).items()
    }
    plain = {key: value for key, value in row.items() if key in COLUMNS}
    return {**row["settings"], **plain, **experts}


def _per_expert(name: str) -> bool:
    return name.partition(".")[0] in PER_EXPERT and "." in name


def _fault(values: Mapping[str, Any]) -> str | None:
    parameters, rows = values.get("parameters"), values.get("rows")
    if not isinstance(parameters, dict) or not all(isinstance(name, str) for name in parameters.values()):
        return "it does not say which settings were varied"
    if not isinstance(values.get("fixed"), dict) or not isinstance(values.get("planned"), int):
        return "it does not say what was planned"
    if not isinstance(rows, list):
        return "it holds no table"
    wrong = [number for number, row in enumerate(rows, 1) if not _is_row(row, parameters)]
    return f"row {wrong[0]} of its table is damaged" if wrong else None


def _is_row(row: object, parameters: Mapping[str, str]) -> bool:
    if not isinstance(row, dict) or not isinstance(row.get("settings"), dict):
        return False
    numbers = [row.get(name) for name in (*MEASURES, "seconds")]
    numbers += [value for kind in PER_EXPERT for value in _parts(row.get(kind))]
    return (
        set(row["settings"]) == set(parameters)
        and isinstance(row.get("run"), str)
        and isinstance(row.get("seed"), int)
        and all(value is None or isinstance(value, (int, float)) for value in numbers)
    )


def _parts(value: object) -> list[object]:
    if value is None:
        return []
    return list(value.values()) if isinstance(value, dict) else ["no table"]
