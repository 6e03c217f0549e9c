"""Which runs there are and in what state, read off the disk without weights.

    lines = run_lines()                     # every run of the folder, the trainings that begin among them
    resume_training(line.path)              # goes on with an interrupted one, as a job
    job = job_of("mine")                    # the training's job, None where there is none

A training that has not ended is a folder with config.json and no manifest. It is TRAINING while its job
lives or another process, such as a terminal's, holds its folder; otherwise INTERRUPTED.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from i2moe_core.checkpoint import RunSummary, read_settings
from i2moe_core.checkpoint.files import read_json
from i2moe_core.checkpoint.in_use import is_held
from i2moe_core.checkpoint.names import AUDIT, CONFIG, HISTORY, MANIFEST, STATE
from i2moe_core.errors import InputError
from i2moe_core.language import marked, say
from i2moe_core.ui import cached, jobs

READY, UNAUDITED, TRAINING, INTERRUPTED, DAMAGED = (
    "ready", "not audited", "training", "interrupted", "damaged"
)  # fmt: skip
VERB, TITLE = "train", marked("The training of '{run}'")
FIGURES = ("accuracy", "irs", "contribution_argmax", "leak")  # of an audit, beside its calibration error


@dataclass(frozen=True)
class RunLine:
    """One run at a glance. figures: of its audit, by name, as far as they are known."""

    name: str
    path: Path
    state: str
    data: str = ""
    recipe: str = ""
    fusion: str = ""
    seed: int | None = None
    parameters: int | None = None
    created: str = ""
    problem: str = ""
    figures: Mapping[str, float] | None = None


def run_lines() -> list[RunLine]:
    """Return every run of the folder, and the trainings whose folder is not there yet."""
    lines = [_line(summary) for summary in cached.list_runs()]
    known = {line.name for line in lines}
    begun = [name for name in training_names() if name not in known]
    return [RunLine(name, folder_of(name), TRAINING) for name in begun if is_running(name)] + lines


def folder_of(name: str) -> Path:
    """Return the folder of a run by its name; it need not be there yet."""
    return cached.runs_folder() / name


def training_names() -> list[str]:
    """Return the runs that have a training job, also one that has ended."""
    return [job.folder.name.removeprefix(f"{VERB}-") for job in _jobs_of(VERB)]


def sweep_jobs() -> list[jobs.Job]:
    """Return the jobs of sweeps, also those that have ended."""
    return _jobs_of("sweep")


def job_of(name: str) -> jobs.Job | None:
    """Return the training job of a run."""
    return jobs.find(jobs.folder_of(VERB, name))


def is_running(name: str) -> bool:
    """Say whether a run's training job lives."""
    job = job_of(name)
    return job is not None and jobs.state(job).stage == jobs.RUNNING


def state_of(path: Path) -> str:
    """Return the state of one run's folder, as ``run_lines`` would."""
    if is_running(path.name) or is_held(path):
        return TRAINING
    if not (path / MANIFEST).is_file():
        return INTERRUPTED
    return READY if (path / AUDIT).is_file() else UNAUDITED


def last_sign(path: Path) -> float | None:
    """Return the seconds since a training last wrote something; None where it wrote nothing."""
    times = [(path / name).stat().st_mtime for name in (STATE, HISTORY, CONFIG) if (path / name).is_file()]
    return max(0.0, time.time() - max(times)) if times else None


def duration(seconds: float) -> str:
    """Write a time in the unit that suits it."""
    if seconds < 120:
        return say("{seconds:.0f} s", seconds=seconds)
    if seconds < 7200:
        return say("{minutes:.0f} min", minutes=seconds / 60)
    return say("{hours:.0f} h", hours=seconds / 3600)


def resume_training(path: Path) -> None:
    """Go on with an interrupted training, or add the audit that a finished one lacks, as a job.

    Raises:
        InputError: too many jobs run already.
    """
    folder = jobs.folder_of(VERB, path.name)
    command = jobs.command(VERB, "--resume", "--out", path, progress=folder)
    jobs.start(command, folder, TITLE, run=path.name)


def read_history(path: Path) -> pd.DataFrame:
    """Return the curves of a run, one row an epoch; an empty frame before the first epoch's end.

    Raises:
        InputError: the file is damaged.
    """
    file = path / HISTORY
    return _history(str(file), file.stat().st_mtime_ns) if file.is_file() else pd.DataFrame()


def modalities_of(path: Path) -> tuple[str, ...]:
    """Return the names of a run's inputs; none where its config.json is not there or not readable."""
    try:
        return tuple(read_settings(path).info.modalities)
    except InputError:
        return ()


def _jobs_of(verb: str) -> list[jobs.Job]:
    return [job for job in jobs.every() if job.folder.name.startswith(f"{verb}-")]


def _line(summary: RunSummary) -> RunLine:
    if summary.problem is not None and not summary.unfinished:
        return RunLine(summary.name, summary.path, DAMAGED, problem=summary.problem)
    seed, figures = _details(str(summary.path), _stamp(summary.path))
    return RunLine(
        summary.name, summary.path, state_of(summary.path), summary.data, summary.recipe, summary.fusion,
        seed, summary.parameters, summary.created, figures=figures,
    )  # fmt: skip


def _stamp(path: Path) -> int:
    manifest = path / MANIFEST
    return (manifest if manifest.exists() else path / CONFIG).stat().st_mtime_ns


@st.cache_data(max_entries=256, show_spinner=False)
def _details(path: str, written: int) -> tuple[int | None, dict[str, float]]:
    """Return a run's seed and the figures of its audit."""
    folder = Path(path)
    try:
        seed = read_settings(folder).config.training.seed
        audit = read_json(folder / AUDIT) if (folder / AUDIT).is_file() else {}
    except InputError:
        return None, {}
    found = {name: audit.get(name) for name in FIGURES} | {"ece": _calibration(audit)}
    return seed, {name: float(value) for name, value in found.items() if isinstance(value, (int, float))}


def _calibration(audit: Mapping[str, Any]) -> object:
    figures = audit.get("calibration")
    return figures.get("ece") if isinstance(figures, Mapping) else None


@st.cache_data(max_entries=32, show_spinner=False)
def _history(file: str, written: int) -> pd.DataFrame:
    try:
        return pd.read_parquet(file)
    # Damaged Parquet makes the reader raise anything from OSError to its own exceptions.
    except Exception as error:
        raise InputError(say("{file} is damaged; its curves cannot be drawn.", file=file)) from error
