"""Rating studies as pages see them: where they lie, the run that one is about, what was found."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.errors import InputError
from i2moe_core.teaching.rating import ledger, results, study
from i2moe_core.teaching.rating.ledger import Ledger, Rating
from i2moe_core.teaching.rating.results import Results
from i2moe_core.teaching.rating.study import Study
from i2moe_core.ui import cached, guessed
from i2moe_core.ui.components.teach.shown_sample import values_of
from i2moe_core.ui.table import file_stamp

_FOLDER = "studies"


def folder() -> Path:
    """Return where studies lie: beside the runs."""
    return cached.runs_folder() / _FOLDER


def names() -> list[str]:
    """Return the names of all studies."""
    return study.list_studies(folder())


def open_study(name: str) -> Study:
    """Return the study of a name.

    Raises:
        InputError: there is none, or its file is damaged.
    """
    study.check_name(name)
    return _opened(name, file_stamp(folder() / name / study.STUDY))


def run_of(asked: Study) -> Run:
    """Return the run that a study is about.

    Raises:
        InputError: it is no longer there, or lacks samples of the study.
    """
    paths = {run.name: Path(run.path) for run in cached.list_runs() if run.problem is None}
    if asked.run not in paths:
        raise InputError(f"The study is about the run '{asked.run}', which is not here; copy it back.")
    run = cached.load_run(paths[asked.run])
    if not {item.sample for item in asked.items} <= set(run.reference.ids):
        raise InputError(f"The run '{asked.run}' was made anew and lacks samples of the study; copy it back.")
    return run


def make_study(run: Run, name: str, count: int, seed: int) -> Study:
    """Draw a study about a run and keep it.

    Raises:
        InputError: name or count cannot be used, or there is a study of this name.
    """
    if name in names():
        raise InputError(f"There is a study '{name}' already; choose another name.")
    kinds, ids = guessed.kinds(run).of, run.reference.ids
    made = study.build_study(
        name, (run.name, run.id), ids, kinds if any(kinds) else [""] * len(ids), count, seed,
        lambda row: cached.explain(run, values_of(run, row), ids[row]),
    )  # fmt: skip
    study.save_study(folder(), made)
    return made


def rate(asked: Study, rating: Rating) -> None:
    """Keep a rating; on return it is on the disk.

    Raises:
        InputError: it cannot be kept.
    """
    ledger.add_rating(_ratings(asked.name), rating)


def ratings_of(asked: Study) -> Ledger:
    """Return what has been rated so far.

    Raises:
        InputError: the file cannot be read.
    """
    return ledger.read_ledger(_ratings(asked.name))


def unblind(asked: Study) -> None:
    """Note that the results were opened.

    Raises:
        InputError: the disk cannot be written.
    """
    ledger.mark_unblinded(_ratings(asked.name))


def found(asked: Study) -> Results:
    """Return what a study found so far; computed anew when a rating was added."""
    return _found(asked.name, file_stamp(_ratings(asked.name)), _study=asked)


def _ratings(name: str) -> Path:
    return folder() / name / study.RATINGS


@st.cache_resource(max_entries=32, show_spinner=False)
def _opened(name: str, stamp: int) -> Study:
    return study.load_study(folder(), name)


@st.cache_data(max_entries=8, show_spinner=False)
def _found(name: str, stamp: int, _study: Study) -> Results:
    return results.evaluate(_study, ratings_of(_study))
