"""Long computations as processes of their own: they survive a page change and a restart of the server.

    folder = jobs.folder_of("analyze", run.name)        # one folder, one job at a time
    job = jobs.start(jobs.command("audit", run.path), folder, marked("The audit of '{run}'"), run=run.name)
    job.said()              # its title in the visitor's language
    jobs.find(folder)       # the job of a folder, also one that another session or server began; None
    jobs.state(job)         # State(stage, done, total, seconds_left, message, at)
    jobs.cancel(job)        # asks it to stop; what it has finished is kept where the command keeps it
    jobs.forget(job)        # takes a job that has ended out of sight

``ui/components/job_panel.py`` shows one with a bar and a button. Progress is read from ``progress.json`` in
the folder, which ``i2moe analyze --progress FILE`` keeps; ``command`` adds that option where ``progress`` is
true. Whatever a command writes must appear whole or not at all, as everything that ``i2moe`` writes does.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from i2moe_core.errors import InputError
from i2moe_core.language import marked, say
from i2moe_core.ui.cached import runs_folder
from i2moe_core.ui.job_process import BEAT, CANCEL, END, LOG

AT_ONCE = 2  # jobs that may run together
ALIVE = 15.0  # seconds since the last sign of life
LOST = marked("It was ended from outside.")
RUNNING, FINISHED, FAILED, CANCELLED = "running", "finished", "failed", "cancelled"
_JOB, _PROGRESS = "job.json", "progress.json"
_FOLDERS = ".jobs"
_lock = threading.Lock()


@dataclass(frozen=True)
class Job:
    """A computation that was started.

    title: what it makes, as the beginning of an English sentence, with ``{names}`` for the values ``about``.
    """

    folder: Path
    title: str
    command: tuple[str, ...]
    about: Mapping[str, str] = field(default_factory=dict)

    def said(self) -> str:
        """Return the title in the visitor's language."""
        return say(self.title, **self.about)


@dataclass(frozen=True)
class State:
    """Where a job is.

    stage: RUNNING, FINISHED, FAILED or CANCELLED. done, total: 0 of 0 while nothing is known. at: what it is
    at, in the command's words. message: the last line that it wrote, which is why it failed.
    """

    stage: str
    done: int = 0
    total: int = 0
    seconds_left: float | None = None
    at: str = ""
    message: str = ""


def folder_of(verb: str, name: str) -> Path:
    """Return where a job about the run ``name`` keeps its files."""
    return runs_folder() / _FOLDERS / f"{verb}-{name}"


def command(verb: str, *options: object, progress: Path | None = None) -> list[str]:
    """Return the command line of ``i2moe VERB``; progress: the job's folder, for verbs that report."""
    reported = [] if progress is None else ["--progress", progress / _PROGRESS]
    return [sys.executable, "-m", "i2moe_core.cli", verb, *map(str, [*options, *reported])]


def start(command: Sequence[str], folder: Path, title: str, **about: str) -> Job:
    """Start a command, or return the one that already runs in ``folder``; title, about: as in ``Job``.

    Raises:
        InputError: too many run already, or the folder cannot be written.
    """
    with _lock:
        held = find(folder)
        if held is not None and state(held).stage == RUNNING:
            return held
        if sum(state(job).stage == RUNNING for job in every(folder.parent)) >= AT_ONCE:
            raise InputError(
                say("{count} computations are running already; wait for one, or cancel one.", count=AT_ONCE)
            )
        try:
            return _start(Job(folder, title, tuple(command), about))
        except OSError as error:
            raise InputError(say(
                "{folder} cannot be written ({error}); free it, or start the command in a terminal.",
                folder=folder, error=error.strerror,
            )) from error  # fmt: skip


def find(folder: Path) -> Job | None:
    """Return the job of a folder; None where none was started, or it was forgotten."""
    values = _read(folder / _JOB)
    if values is None or not {"title", "command"} <= set(values):
        return None
    about = values.get("about")
    known = {name: str(value) for name, value in about.items()} if isinstance(about, dict) else {}
    return Job(folder, str(values["title"]), tuple(map(str, values["command"])), known)


def every(folder: Path | None = None) -> list[Job]:
    """Return all jobs that are known."""
    folders = sorted((folder or runs_folder() / _FOLDERS).glob("*/"))
    return [job for job in map(find, folders) if job is not None]


def state(job: Job) -> State:
    """Return where a job is, from the files that it keeps."""
    end = _read(job.folder / END)
    if end is None and not _alive(job):
        return State(FAILED, message=_last_line(job) or LOST)
    seen = _read(job.folder / _PROGRESS) or {}
    at = str(seen.get("stage", ""))
    done, total = (int(seen.get(name) or 0) for name in ("done", "total"))
    if end is None:
        return State(RUNNING, done, total, seen.get("seconds_left"), at, _last_line(job))
    stage = CANCELLED if end.get("cancelled") else FINISHED if end.get("status") == 0 else FAILED
    return State(stage, done, total, None, at, _last_line(job))


def cancel(job: Job) -> None:
    """Ask a job to stop; it ends within seconds."""
    (job.folder / CANCEL).touch()


def forget(job: Job) -> None:
    """Remove the traces of a job that has ended."""
    if state(job).stage != RUNNING:
        shutil.rmtree(job.folder, ignore_errors=True)


def _start(job: Job) -> Job:
    shutil.rmtree(job.folder, ignore_errors=True)
    job.folder.mkdir(parents=True)
    values = {"title": job.title, "about": dict(job.about), "command": job.command}
    (job.folder / _JOB).write_text(json.dumps(values), encoding="utf-8")
    (job.folder / BEAT).touch()
    around = [sys.executable, "-m", "i2moe_core.ui.job_process", str(job.folder.resolve()), *job.command]
    process = subprocess.Popen(
        around, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    # A process that nobody waits for stays in the system's list after its end.
    threading.Thread(target=process.wait, daemon=True).start()
    return job


def _alive(job: Job) -> bool:
    try:
        return time.time() - (job.folder / BEAT).stat().st_mtime < ALIVE
    except OSError:
        return False


def _last_line(job: Job) -> str:
    try:
        with (job.folder / LOG).open("rb") as log:
            log.seek(0, 2)
            log.seek(max(0, log.tell() - 4000))
            lines = log.read().decode("utf-8", "replace").replace("\r", "\n").split("\n")
    except OSError:
        return ""
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def _read(path: Path) -> dict[str, Any] | None:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return values if isinstance(values, dict) else None
